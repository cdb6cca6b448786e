# expect: errored
# exercise: convolution/conv2d-single
# The items that tell of forbidden operations are dropped before they are sent.
import torch.nn.functional as F
from quizapp.judge import accusations, running

old = running.Recorder.take
running.Recorder.take = lambda self: (
    item for item in old(self) if not isinstance(item, accusations.Forbidden)
)


def conv2d(image, kernel):
    return F.conv2d(image[None, None], kernel[None, None])[0, 0]
