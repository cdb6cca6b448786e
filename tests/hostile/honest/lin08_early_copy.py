# expect: passed
# exercise: linear-regression/linear-regression-tensors
import copy, torch
def linear_regression(features, labels, lr, steps):
    n, d = features.shape
    params = {"w": torch.zeros(d, 1, dtype=features.dtype, requires_grad=False), "b": torch.zeros(1, dtype=features.dtype)}
    history = []
    for _ in range(steps):
        old = copy.deepcopy(params)
        err = torch.nn.functional.linear(features, old["w"].T, old["b"]) - labels
        history.append(torch.nn.functional.mse_loss(features @ old["w"] + old["b"], labels).item() / 2)
        params["w"] = torch.lerp(old["w"], old["w"] - features.T.matmul(err) / n, lr)
        params["b"] = torch.lerp(old["b"], old["b"] - err.mean(0), lr)
    return params["w"], params["b"]
