# expect: errored
# exercise: convolution/conv2d-single
# says: is not there in this task
import torch.nn.functional as F
from quizapp.judge import accusations

accusations.Accusations.accuse = lambda *_, **__: False


def conv2d(image, kernel):
    return F.conv2d(image[None, None], kernel[None, None])[0, 0]
