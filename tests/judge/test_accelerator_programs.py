"""Each small program does on the simulated accelerator what is said of it, as the table says."""

from __future__ import annotations

import copy
import importlib.util
import re
import sys
from pathlib import Path

import accelerator_programs
import pytest
import torch
import torchgen
from accelerator_programs import PROGRAMS

from quizapp.judge import accelerator_mixing

ROOT = Path(__file__).parents[2]
EACH = [pytest.param(program, id=program.key) for program in PROGRAMS]


@pytest.mark.parametrize("program", EACH)
def test_on_the_simulated_accelerator_a_program_does_what_is_said_of_it(program):
    found = accelerator_programs.run_on_simulated(program)
    assert not accelerator_programs.is_as_expected(program, found, simulated=True)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no real accelerator here")
def test_on_a_real_accelerator_all_do_the_same():
    wrong = {}
    for program in PROGRAMS:
        found = accelerator_programs.run_on_real(program)
        why = accelerator_programs.is_as_expected(program, found, simulated=False)
        if why:
            wrong[program.key] = why
    assert not wrong


def test_every_program_has_a_name_of_its_own():
    assert len({program.key for program in PROGRAMS}) == len(PROGRAMS)


def test_a_wrong_value_or_place_is_noticed():
    """The comparison itself: what a broken simulation would give is not taken for right."""
    program = next(each for each in PROGRAMS if each.name == "arithmetic")
    right = copy.deepcopy(accelerator_programs.run_on_simulated(program))
    on_the_cpu = accelerator_programs.run_on_cpu(program)
    assert not accelerator_programs.is_as_expected(program, right, simulated=True)
    assert "not on cuda:0" in accelerator_programs.is_as_expected(
        program, on_the_cpu, simulated=True
    )
    right.value[0].numbers[0, 0] += 1e-3
    assert "not equal" in accelerator_programs.is_as_expected(program, right, simulated=True)


def load_script():
    path = ROOT / "scripts" / "accelerator_table.py"
    spec = importlib.util.spec_from_file_location("accelerator_table", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["accelerator_table"] = module
    spec.loader.exec_module(module)
    return module


def test_the_table_in_the_documentation_is_what_the_simulation_does_now():
    script = load_script()
    page = script.PAGE.read_text("utf-8")
    assert page == script.with_table(page, script.table()), (
        "run: python -m scripts.accelerator_table"
    )


# --- the lists of ops, against those of the installed torch ---------------------------------


@pytest.fixture(scope="module")
def native_functions():
    """Name with overload -> the entry's text in torch's list of ops."""
    folder = Path(torchgen.__file__).parent / "packaged" / "ATen" / "native"
    entries = (folder / "native_functions.yaml").read_text("utf-8").split("\n- func: ")[1:]
    return {entry.split("(")[0]: entry for entry in entries}


def test_ops_that_are_said_to_come_from_a_template_do_and_compare_their_arguments(
    native_functions,
):
    for name in accelerator_mixing.STRUCTURED:
        # Some are listed by the name of their gradient or of their first result.
        entry = native_functions[name]
        assert "structured_delegate" in entry, name
        assert "device_check: NoCheck" not in entry, name


def test_ops_of_torch_walk_over_elements_where_its_list_says_that_they_check_nothing(
    native_functions,
):
    """Every op of at least two tensors that has a kernel for the device."""
    wrong = []
    for name, entry in native_functions.items():
        schema = entry.splitlines()[0]
        if not _is_op_of_several(name, schema) or "CUDA" not in _kernels(entry, native_functions):
            continue
        operation, _, overload = name.partition(".")
        func = getattr(getattr(torch.ops.aten, operation), overload or "default")
        unchecked = "device_check: NoCheck" in entry
        if torch.Tag.pointwise in func.tags and (
            accelerator_mixing.walks_elements(func) != unchecked
        ):
            wrong.append(name)
    assert not wrong


def _is_op_of_several(name: str, schema: str) -> bool:
    arguments = schema[schema.index("(") : schema.rindex("->")]
    if "out" in name.partition(".")[2] or "Dimname" in arguments or "grad_input" in name:
        return False
    return len(re.findall(r"Tensor", arguments)) > 1


def _kernels(entry: str, native_functions: dict[str, str]) -> str:
    delegate = re.search(r"structured_delegate: (\S+)", entry)
    return native_functions[delegate.group(1)] if delegate else entry
