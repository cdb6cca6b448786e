# expect: policy
# exercise: convolution/conv2d-single
# says: convolution ran
def conv2d(image, kernel):
    names = {"image": image, "kernel": kernel}
    exec("import torch; out = torch.conv2d(image[None, None], kernel[None, None])[0, 0]", names)
    return names["out"]
