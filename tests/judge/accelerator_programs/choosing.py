"""Which device there is, and what `torch.cuda` says of it."""

import torch
from torch import cuda

from accelerator_programs.table import Section

_section = Section("Choosing the device", "choosing")
program = _section.program
PROGRAMS = _section.programs


@program('`torch.device("cuda:0" if torch.cuda.is_available() else "cpu")`', equals="cuda:0")
def the_idiom_of_the_notes(device):
    return str(torch.device("cuda:0" if torch.cuda.is_available() else "cpu"))


@program("`torch.accelerator.current_accelerator()`", equals="cuda")
def the_idiom_of_new_torch(device):
    return torch.accelerator.current_accelerator().type


@program(
    "`torch.cuda.device_count()`, `current_device()`",
    equals=[1, 0],
    documented="as many as there are, 0",
)
def how_many_devices(device):
    return [cuda.device_count(), cuda.current_device()]


@program(
    "`torch.cuda.get_device_name()`",
    equals="Simulated CUDA device (runs on the CPU)",
    documented="the name of the card",
)
def its_name(device):
    return cuda.get_device_name(0)


@program("`torch.cuda.get_device_properties(0).total_memory > 0`", equals=True)
def its_memory(device):
    return cuda.get_device_properties(0).total_memory > 0


@program(
    "`torch.cuda.get_device_capability()`",
    refused=True,
    words="compute capabilities",
    documented="such as (9, 0)",
)
def its_capability(device):
    return cuda.get_device_capability()


@program("`torch.cuda.set_device(0)`, `with torch.cuda.device(0):`", equals=0)
def selecting_it(device):
    cuda.set_device(0)
    with cuda.device(0):
        return cuda.current_device()


@program(
    "`torch.cuda.set_device(1)`",
    raises="AcceleratorError",
    words="invalid device ordinal",
    documented="same on a machine with one device",
)
def selecting_another(device):
    cuda.set_device(1)


@program("`torch.cuda.synchronize()`, `empty_cache()`, `ipc_collect()`", equals=[None, None, None])
def waiting_for_it(device):
    return [cuda.synchronize(), cuda.empty_cache(), cuda.ipc_collect()]


@program("`torch.cuda.memory_allocated()` grows by blocks of 512 bytes", equals=4096)
def memory_of_a_tensor(device):
    before = cuda.memory_allocated()
    kept = torch.zeros(1000, device="cuda")
    return cuda.memory_allocated() - before + 0 * kept.numel()


@program("`torch.cuda.max_memory_allocated()` is at least what is allocated", equals=True)
def peak_of_memory(device):
    kept = torch.zeros(1000, device="cuda")
    return cuda.max_memory_allocated() >= cuda.memory_allocated() > 0 * kept.numel()


@program("`torch.cuda.reset_peak_memory_stats()`", equals=None)
def forgetting_the_peak(device):
    return cuda.reset_peak_memory_stats()


@program("`with torch.cuda.stream(torch.cuda.Stream()):`", equals=[4.0, True])
def in_a_stream(device):
    stream = cuda.Stream()
    with cuda.stream(stream):
        total = torch.ones(4, device="cuda").sum()
    cuda.current_stream().wait_stream(stream)
    stream.synchronize()
    return [total.item(), stream.query()]


@program("`torch.cuda.Event(enable_timing=True)`, `elapsed_time`", equals=[True, True])
def between_two_events(device):
    start, end = cuda.Event(enable_timing=True), cuda.Event(enable_timing=True)
    start.record()
    torch.ones(10, device="cuda").sum()
    end.record()
    cuda.synchronize()
    return [start.elapsed_time(end) > 0, end.query()]


@program("`torch.backends.cudnn.benchmark = True`, `.deterministic = True`", equals=[True, True])
def cudnn_flags(device):
    cudnn = torch.backends.cudnn
    before = cudnn.benchmark, cudnn.deterministic
    try:
        cudnn.benchmark, cudnn.deterministic = True, True
        return [cudnn.benchmark, cudnn.deterministic]
    finally:
        cudnn.benchmark, cudnn.deterministic = before


@program("`torch.backends.cuda.matmul.allow_tf32 = True`", equals=True)
def tensor_cores(device):
    matmul = torch.backends.cuda.matmul
    before = matmul.allow_tf32
    try:
        matmul.allow_tf32 = True
        return matmul.allow_tf32
    finally:
        matmul.allow_tf32 = before


@program("`torch.compile(model)`", refused=True, words="torch.compile", documented="works")
def compiling(device):
    return torch.compile(lambda x: x + 1)(torch.ones(1, device=device))


@program("`torch.cuda.CUDAGraph()`", refused=True, words="CUDA graphs", documented="works")
def recording_a_graph(device):
    return type(cuda.CUDAGraph()).__name__


@program(
    "`nn.DataParallel(model)`",
    refused=True,
    words="DataParallel",
    documented="works; one device gets everything",
)
def data_parallel(device):
    return type(torch.nn.DataParallel(torch.nn.Linear(1, 1).to(device))).__name__


@program(
    "`torch.set_default_tensor_type(torch.cuda.FloatTensor)`",
    refused=True,
    words="set_default_tensor_type",
    documented="deprecated since 2.1; sets the default device",
)
def default_tensor_type(device):
    torch.set_default_tensor_type("torch.cuda.FloatTensor")
    return str(torch.ones(1).device)
