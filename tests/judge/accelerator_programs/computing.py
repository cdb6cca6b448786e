"""Ops on the device: the numbers are those of the CPU."""

import torch
from torch.nn import functional as F

from accelerator_programs.table import Section

_section = Section("Computing", "computing")
program = _section.program
PROGRAMS = _section.programs


def x_on(device):
    return (torch.arange(12.0).reshape(3, 4) * 0.37 - 1.9).to(device)


@program("`+ - * / // % ** @`, with numbers on both sides")
def arithmetic(device):
    x = x_on(device)
    return [x + 1, 2 - x, x * x, x / 3, x // 2, x % 2, x.abs() ** 0.5, x @ x.T, 2**x, -x]


@program("`torch.mm`, `matmul`, `bmm`, `dot`, `mv`, `outer`, `einsum`, `tensordot`, `F.linear`")
def products(device):
    x = x_on(device)
    return [
        torch.mm(x, x.T),
        torch.matmul(x[None], x.T),
        torch.bmm(x[None], x.T[None]),
        torch.dot(x[0], x[1]),
        torch.mv(x, x[0]),
        torch.outer(x[0], x[1]),
        torch.einsum("ij,kj->ik", x, x),
        torch.tensordot(x, x, dims=([1], [1])),
        F.linear(x, x, x[:, 0]),
    ]


@program(
    "`sum`, `mean`, `std`, `var`, `prod`, `max`, `min`, `argmax`, `cumsum`, `norm` with "
    "`dim=`, `keepdim=`"
)
def reductions(device):
    x = x_on(device)
    return [
        x.sum(), x.sum(dim=1, keepdim=True), x.mean(0), x.std(), x.var(1), x.prod(1),
        *x.max(dim=1), *torch.min(x, dim=0), x.argmax(dim=1), x.cumsum(0), x.norm(),
        torch.linalg.norm(x, dim=1), x.amax(), x.median(), x.quantile(0.5), x.logsumexp(1),
    ]  # fmt: skip


@program("`exp`, `log`, `sqrt`, `tanh`, `sigmoid`, `relu`, `softmax`, `clamp`, `where`, `round`")
def functions(device):
    x = x_on(device)
    return [
        x.exp(), x.abs().log(), x.abs().sqrt(), x.tanh(), x.sigmoid(), x.relu(), F.gelu(x),
        F.leaky_relu(x), F.elu(x), x.softmax(1), x.log_softmax(1), x.clamp(-1, 1), x.clamp(min=0),
        torch.where(x > 0, x, 0.0), x.round(), x.sign(), x.isnan(), F.softplus(x), F.silu(x),
    ]  # fmt: skip


@program(
    "`reshape`, `view`, `flatten`, `transpose`, `permute`, `squeeze`, `unsqueeze`, `expand`, "
    "`repeat`, `chunk`, `split`"
)
def shapes(device):
    x = x_on(device)
    return [
        x.reshape(4, 3), x.view(-1), x.flatten(), x.transpose(0, 1), x.permute(1, 0), x.T,
        x[None].squeeze(0), x.unsqueeze(1), x[:1].expand(2, 4), x.repeat(2, 1), x.contiguous(),
        *x.chunk(2, dim=1), *x.split([1, 2]), x.roll(1, 0), x.flip(0), x.unfold(1, 2, 1),
        torch.meshgrid(x[0], x[1], indexing="ij")[0], *torch.unbind(x), x.tril(), x.diag(),
    ]  # fmt: skip


@program(
    "`x[0]`, `x[:, 1:3]`, `x[..., None]`, `x[mask]`, `x[rows, columns]`, `take_along_dim`, `gather`"
)
def indexing(device):
    x = x_on(device)
    rows = torch.tensor([0, 2], device=device)
    return [
        x[0], x[:, 1:3], x[..., None], x[x > 0], x[rows], x[rows, rows], x[rows[0]],
        x.gather(1, rows[:, None].expand(2, 3)), x.index_select(1, rows), x.masked_select(x > 1),
        torch.nonzero(x > 1), torch.take_along_dim(x, x.argmax(1, keepdim=True), 1),
    ]  # fmt: skip


@program(
    "`x += 1`, `add_`, `zero_`, `fill_`, `clamp_`, `scatter_`, `index_add_`, `masked_fill_`, "
    "`x[mask] = 0`"
)
def in_place(device):
    x = x_on(device)
    index = torch.tensor([0, 2], device=device)
    x += 1
    x.mul_(2).sub_(0.5)
    x[x > 3] = 0
    x[index, index] = 9.0
    x.index_add_(0, index, torch.ones(2, 4, device=device))
    x.scatter_(1, index[:, None], 5.0)
    x.masked_fill_(x < 0, 1.25)
    y = x.clone().t_().unsqueeze_(0)
    return [x, y, x.clone().clamp_(0, 4), x.clone().zero_()]


@program("`sort`, `topk`, `argsort`, `unique`, `bincount`, `histc`, `searchsorted`")
def ordering(device):
    x = x_on(device)
    whole = torch.tensor([3, 1, 1, 0], device=device)
    return [
        *x.sort(dim=1, descending=True), *x.topk(2), x.argsort(0),
        *whole.unique(return_counts=True),
        torch.bincount(whole), torch.histc(x, 4), torch.searchsorted(x[0].contiguous(), x[1]),
        torch.isin(whole, whole[:1]), torch.any(whole > 2), torch.all(whole > 0),
    ]  # fmt: skip


@program("`out=` with a tensor of the right shape")
def into_a_tensor(device):
    x = x_on(device)
    result = torch.empty(3, 4, device=device)
    torch.mul(x, 2, out=result)
    torch.mm(x, x.T, out=(square := torch.empty(3, 3, device=device)))
    return [result, square]


@program(
    "`out=` with an empty tensor",
    refused=True,
    words="out=",
    documented="grows, with a warning where it was not empty",
)
def into_an_empty_tensor(device):
    return torch.add(x_on(device), 1, out=torch.empty(0, device=device)).shape


@program("`x.resize_(…)`, `x.set_(…)`", refused=True, words="resize_()", documented="works")
def resizing(device):
    return x_on(device).resize_(2, 2).shape


@program("`x.float()`, `.double()`, `.half()`, `.bfloat16()`, `.int()`, `.long()`, `.bool()`")
def dtypes(device):
    x = x_on(device)
    return [x.float(), x.double(), x.half(), x.bfloat16(), x.int(), x.long(), x.bool()]


@program("`torch.cat`, `stack`, `hstack`, `vstack`, `F.pad`, `F.one_hot`, `torch.cdist`")
def joining(device):
    x = x_on(device)
    return [
        torch.cat([x, x], 1), torch.stack([x, x]), torch.hstack([x, x]), torch.vstack([x, x]),
        F.pad(x, (1, 1)), F.one_hot(x.argmax(1), 4), torch.cdist(x, x), torch.cat([x, x[:0]]),
    ]  # fmt: skip


@program("`torch.linalg.inv`, `solve`, `det`, `svd`, `eigh`", tolerance=1e-5)
def linear_algebra(device):
    a = x_on(device)[:, :3] @ x_on(device)[:, :3].T + torch.eye(3, device=device)
    return [
        torch.linalg.inv(a),
        torch.linalg.det(a),
        torch.linalg.solve(a, a[:, 0]),
        torch.linalg.svdvals(a),
        torch.linalg.eigvalsh(a),
    ]


@program(
    "`torch.manual_seed`, `torch.rand(…, device=device)`: the CPU's numbers",
    documented="another generator: other numbers",
)
def random_numbers(device):
    torch.manual_seed(3)
    return [
        torch.rand(2, device=device),
        torch.randn(2, device=device),
        torch.randint(9, (2,), device=device),
        torch.randperm(4, device=device),
    ]


@program(
    "`torch.manual_seed(s)` repeats `rand`, `dropout`, `x.normal_()`, `bernoulli`, `multinomial`",
    equals=True,
)
def repeating_random_numbers(device):
    def draw():
        torch.manual_seed(5)
        x = torch.rand(3, 4, device="cuda")
        return [
            x,
            F.dropout(x),
            x.clone().normal_(),
            torch.bernoulli(x),
            torch.multinomial(x, 2),
            torch.rand_like(x),
        ]

    return all(torch.equal(a, b) for a, b in zip(draw(), draw(), strict=True))


@program(
    "`torch.cuda.manual_seed(s)`, `manual_seed_all(s)`, `get_rng_state()`", equals=[True, True]
)
def seeding_the_device(device):
    torch.cuda.manual_seed_all(5)
    first = torch.rand(3, device="cuda")
    torch.cuda.manual_seed(5)
    state = torch.cuda.get_rng_state()
    second = torch.rand(3, device="cuda")
    torch.cuda.set_rng_state(state)
    return [torch.equal(first, second), torch.equal(second, torch.rand(3, device="cuda"))]


@program(
    "`torch.Generator(device)`, `manual_seed`, `torch.randn(…, generator=g, device=device)`",
    equals=["cuda", True],
)
def a_generator_of_its_own(device):
    g = torch.Generator("cuda").manual_seed(1)
    first = torch.randn(2, generator=g, device="cuda")
    again = torch.randn(2, generator=g.manual_seed(1), device="cuda")
    return [g.device.type, torch.equal(first, again)]


@program("`with torch.random.fork_rng():`", equals=True)
def forking_the_generator(device):
    torch.manual_seed(2)
    with torch.random.fork_rng():
        torch.rand(2, device="cuda")
    first = torch.rand(2, device="cuda")
    torch.manual_seed(2)
    return torch.equal(first, torch.rand(2, device="cuda"))
