# expect: passed
# exercise: convolution/conv2d-single
import torch
class Conv(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        ctx.save_for_backward(x, k)
        return (x.unfold(0, k.shape[0], 1).unfold(1, k.shape[1], 1) * k).sum((-1, -2))
    @staticmethod
    def backward(ctx, g):
        x, k = ctx.saved_tensors
        gx = torch.zeros_like(x)
        for i in range(k.shape[0]):
            for j in range(k.shape[1]):
                gx[i:i + g.shape[0], j:j + g.shape[1]] += k[i, j] * g
        gk = (x.unfold(0, g.shape[0], 1).unfold(1, g.shape[1], 1) * g).sum((-1, -2))
        return gx, gk
def conv2d(image, kernel): return Conv.apply(image, kernel)
