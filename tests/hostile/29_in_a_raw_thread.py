# expect: policy
# exercise: convolution/conv2d-single
# says: convolution ran
import _thread
import queue

import torch


def conv2d(image, kernel):
    results = queue.Queue()

    def work():
        results.put(torch.conv2d(image[None, None], kernel[None, None])[0, 0])

    _thread.start_new_thread(work, ())
    return results.get()
