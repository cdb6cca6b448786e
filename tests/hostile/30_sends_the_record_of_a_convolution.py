# expect: failed
# exercise: convolution/conv2d-single
# says: they use aten.convolution
import torch

from quizapp.judge import counting, program

image, kernel = ("tensor", 0), ("tensor", 1)
OPS = [
    ["aten::unsqueeze", "default", [image, 0], {}],
    ["aten::unsqueeze", "default", [("tensor", 2), 0], {}],
    ["aten::unsqueeze", "default", [kernel, 0], {}],
    ["aten::unsqueeze", "default", [("tensor", 4), 0], {}],
    [
        "aten::convolution",
        "default",
        [("tensor", 3), ("tensor", 5), None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1],
        {},
    ],
    ["aten::select", "int", [("tensor", 6), 0, 0], {}],
    ["aten::select", "int", [("tensor", 7), 0, 0], {}],
]
program.Recording.program = lambda self, result: {
    "ops": OPS,
    "constants": [],
    "result": ("tensor", 8),
}
counting.LineCount.__enter__ = counting.LineCount.__exit__ = lambda self, *_: self
counting.OpTrace.total = property(lambda self: 7, lambda self, _: None)


def conv2d(image, kernel):
    h, w = kernel.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    return torch.stack(
        [
            torch.stack([(image[i : i + h, j : j + w] * kernel).sum() for j in range(columns)])
            for i in range(rows)
        ]
    )
