"""The judge's words in Chinese, by the English template that stands in the code.

Owns the wording alone. What Python and torch say is quoted as it is, since that is what one meets
everywhere; of Python's syntax errors the meaning stands behind.
"""

from typing import Final

CHINESE: Final[dict[str, str]] = {
    # between parts
    "; ": "；",
    ": ": "：",
    " and ": "、",
    # where
    "line {line}": "第 {line} 行",
    "cell {cell}, line {line}": "第 {cell} 个单元格第 {line} 行",
    " in {place}": "，在{place}",
    ", in {place}": "，在{place}",
    "  called from {steps}": "  调用自{steps}",
    "{place}, column {n}: ": "{place}第 {n} 列：",
    "case {n} of {total}: ": "第 {n} 个用例（共 {total} 个）：",
    "your code": "你的代码",
    "it": "代码",
    # kinds of values
    "a bool": "布尔值（bool）",
    "an int": "整数（int）",
    "a float": "浮点数（float）",
    "a complex number": "复数（complex）",
    "a string": "字符串（str）",
    "a tuple": "元组（tuple）",
    "a list": "列表（list）",
    "a dict": "字典（dict）",
    "a torch.Size": "torch.Size",
    "a torch.dtype": "torch.dtype",
    "a torch.device": "torch.device",
    "a count of operations": "运算计数",
    "gradients": "梯度",
    "a tensor": "张量",
    "a NumPy array": "NumPy 数组",
    "a NumPy scalar": "NumPy 标量",
    "something else": "别的东西",
    "an int of {bits:,} bits": "{bits:,} 位的整数",
    "{what} of shape {shape}": "{what}（形状 {shape}）",
    ", all NaN": "，全是 NaN",
    ", from {low} to {high}": "，从 {low} 到 {high}",
    "expected": "期望",
    "got": "得到",
    # what is different
    "{got}, expected {expected}": "{got}，应为 {expected}",
    "{wanted}, got {found}": "{wanted}，得到：{found}",
    "{n} values, expected {wanted}": "{n} 个值，应为 {wanted} 个",
    "a dict with no key {which}, expected keys {keys}": "字典缺少键 {which}，应有的键：{keys}",
    "a dict with a key {which}, expected keys {keys}": "字典多了键 {which}，应有的键：{keys}",
    "shape {got}, expected {wanted}": "形状为 {got}，应为 {wanted}",
    "dtype {got}, expected {wanted}": "dtype 为 {got}，应为 {wanted}",
    "a tensor on {got}, expected {wanted}": "张量在 {got} 上，应在 {wanted} 上",
    "{n:,} of {total:,}": "{total:,} 个中有 {n:,} 个",
    ", first at {index}": "，第一个在 {index}",
    ", worst at {index}": "，差得最多的在 {index}",
    "NaN in {share}{first}; expected numbers there": "{share}是 NaN{first}；那里应为数值",
    "numbers in {share}{first}; expected NaN there": "{share}是数值{first}；那里应为 NaN",
    "wrong values: {share} differ{worst}: expected {expected}, got {got}": (
        "数值不对：{share}不同{worst}：应为 {expected}，得到 {got}"
    ),
    " (± {allowed:.2g} is allowed)": "（允许误差 ± {allowed:.2g}）",
    "wrong values in a hidden case": "在一个隐藏用例中数值不对",
    # the sentence around it
    "{name} returned {what}": "{name} 的返回值：{what}",
    "{name} must return {what}": "{name} 应返回：{what}",
    "what {name} returned": "{name} 的返回值",
    "the result": "结果",
    "the result {is_what}": "结果{is_what}",
    "{path} of {whole} {is_what}": "{whole} {path}{is_what}",
    "is {what}": "：{what}",
    "has {what}": "：{what}",
    "must be {what}": "：应为 {what}",
    "got {what}": "得到 {what}",
    "{path}: got {what}": "{path}：{what}",
    "{name} changed its argument {which} in place; work on a copy (clone())": (
        "{name} 就地修改了参数 {which}；请在副本上操作（clone()）"
    ),
    "{name} changed its arguments {which} in place; work on a copy (clone())": (
        "{name} 就地修改了参数 {which}；请在副本上操作（clone()）"
    ),
    "gave more values than expected": "给出的值比期望的多",
    "gave fewer values than expected": "给出的值比期望的少",
    "returned more than may be returned": "返回的数据太多，超过了允许的量",
    # what to do about it
    "does every path end in a return?": "每条分支都以 return 结束吗？",
    "printing is not returning: end with return instead of print": (
        "打印不等于返回：结尾用 return，不要用 print"
    ),
    "torch.from_numpy makes one of it, staying in torch needs none": (
        "torch.from_numpy 可以转换；一直用 torch 则无需转换"
    ),
    "torch.stack or torch.tensor makes one of it": "用 torch.stack 或 torch.tensor 转换",
    "keep it a tensor: no .item() or float()": "保持为张量：不要用 .item() 或 float()",
    ".item() gives the number": ".item() 可取出这个数",
    "whole numbers come of // or int()": "整数用 // 或 int() 得到",
    ".to(torch.{name}) converts it": "用 .to(torch.{name}) 转换",
    ".to({name}.dtype) converts it": "用 .to({name}.dtype) 转换",
    "make it with device=x.device of an input x": "创建时用 device=x.device（x 是某个输入）",
    "make it with device={name}.device": "创建时用 device={name}.device",
    "the numbers are right, only the shape is not": "数值都对，只是形状不对",
    "it is the transpose of what is expected": "它是期望值的转置",
    "one number instead of one for each element: is it summed over too many axes?": (
        "只有一个数，而不是每个元素一个：是否对太多的轴求和了？"
    ),
    # costs
    "ops": "次运算",
    "lines of Python": "行 Python 代码",
    "multiplications": "次乘法",
    "FLOPs": "次浮点运算（FLOPs）",
    "bytes of tensors at once": "字节同时存在的张量",
    "replace the Python loop by tensor code": "用张量运算代替 Python 循环",
    "free what is not needed any more, or work in smaller parts": (
        "释放不再需要的张量，或分小块计算"
    ),
    "{count:,} {what}": "{count:,} {what}",
    "at most {limit:,} (the reference needs {reference:,})": (
        "最多允许 {limit:,}（参考解答用 {reference:,}）"
    ),
    "{before:,} {what} for size {small:,} and {after:,}": (
        "{before:,} {what}（大小 {small:,} 时）和 {after:,}"
    ),
    "size {large:,}; the reference needs {ours:,} and {theirs:,}": (
        "大小 {large:,}；参考解答用 {ours:,} 和 {theirs:,}"
    ),
    " for {name} of shape {shape}": "（{name} 的形状为 {shape}）",
    "{name} ran {what}{size}, {allowed}": "{name} 用了 {what}{size}，{allowed}",
    "the values are right, but torch operations on the arguments do not give them: {why}; "
    "work them out with tensor operations from start to end": (
        "数值是对的，但不是由对参数的 torch 运算得出的：{why}；请从头到尾用张量运算来计算"
    ),
    "they cannot be run again": "这些运算不能重新运行",
    "they took too many operations to follow": "运算太多，无法跟踪",
    "{n:,} numbers come from elsewhere, such as a Python loop or NumPy": (
        "有 {n:,} 个数来自别处，例如 Python 循环或 NumPy"
    ),
    "they use {op}": "用了 {op}",
    "running their operations again ended without an answer ({how})": (
        "重新运行这些运算时没有得到回答（{how}）"
    ),
    "run again, those that were called give other values": "重新运行所调用的运算，得到的值不同",
    "the count could not be measured again: {why}": "无法重新计数：{why}",
    "it is no program": "它不是程序",
    "it is too long": "它太长了",
    "{what} has no form {form}": "{what} 没有 {form} 这种形式",
    "it cannot be run again ({what})": "不能重新运行（{what}）",
    "{what} cannot be run again": "{what} 不能重新运行",
    "an argument of type {what} cannot be passed on": "类型为 {what} 的参数无法传递",
    "it refers to nothing": "它引用的东西不存在",
    # gradients
    "the gradient": "梯度",
    "the gradient of {name}": "{name} 的梯度",
    " (when grad_output is not contiguous)": "（grad_output 不连续时）",
    "no gradient reaches {name}": "没有梯度传到 {name}",
    "a gradient reaches {name}, none should: detach it": (
        "有梯度传到 {name}，但不应有：用 detach 断开"
    ),
    "detach(), .data, .item(), no_grad() and torch.tensor(…) cut it off": (
        "detach()、.data、.item()、no_grad() 和 torch.tensor(…) 会切断梯度"
    ),
    "the output is not a tensor": "输出不是张量",
    "the output is detached from its inputs": "输出与输入断开了",
    "the output has another shape than expected": "输出的形状与期望的不同",
    "the backward pass failed: {why}": "反向传播失败：{why}",
    "backward does not fit forward: when {name} moves a little in a random direction, "
    "the output changes by {measured}, but the gradient of {name} says {claimed}": (
        "反向传播与前向传播不符：{name} 沿随机方向移动一点时，输出改变 {measured}，"
        "但按 {name} 的梯度应改变 {claimed}"
    ),
    # names that are missing, or are something else
    "found `{name}`": "找到的是 `{name}`",
    "found `{name}`, expected `{wanted}`": "找到的是 `{name}`，应为 `{wanted}`",
    "`{name}` is not defined": "`{name}` 没有定义",
    "; define `{signature}`": "；请定义 `{signature}`",
    "{name} is no function but a {what} object": "{name} 不是函数，而是 {what} 对象",
    "{name} returned None, which the check cannot use": "{name} 返回了 None，检查无法使用",
    "the check could not go on with what {name} gave it": "检查无法用 {name} 给出的结果继续下去",
    "there is no {name} in it": "文件中没有 {name}",
    "found {other}, expected {name}": "找到的是 {other}，应为 {name}",
    "{what}; define {signature}": "{what}；请定义 {signature}",
    "{reason}; write {signature} and check again": "{reason}；请写出 {signature} 再检查",
    "this is the starter as it was; nothing is written yet": "这是原样的起始代码；还什么都没写",
    "the file is empty": "文件是空的",
    "the file holds only comments": "文件里只有注释",
    # exceptions
    "There is no keyboard here: take arguments instead of calling input().": (
        "这里没有键盘：请用参数，不要调用 input()。"
    ),
    "The code ends the program: remove exit() or sys.exit().": (
        "代码结束了程序：去掉 exit() 或 sys.exit()。"
    ),
    "The code raises KeyboardInterrupt itself: remove that.": (
        "代码自己抛出了 KeyboardInterrupt：请去掉。"
    ),
    "The function calls itself without end: check where it stops.": (
        "函数无止境地调用自己：检查它在哪里停止。"
    ),
    "That part is not written yet: put your code in its place.": (
        "这一部分还没有写：请换成你的代码。"
    ),
    "No files come with the code: all that it needs are its arguments.": (
        "代码没有附带文件：需要的全都在参数里。"
    ),
    "Only torch, NumPy and Python's own modules are sure to be here.": (
        "这里只保证有 torch、NumPy 和 Python 自带的模块。"
    ),
    "There is no network here: nothing can be downloaded.": "这里没有网络：什么都不能下载。",
    "Processes, signals and the network are out of reach here.": "这里不能使用进程、信号和网络。",
    "Files are out of reach here: use the arguments, and return the result.": (
        "这里不能读写文件：请用参数，并返回结果。"
    ),
    'There is no such GPU here: do not write "cuda" into the code, use the device of '
    "the inputs (x.device) or the one that is passed in.": (
        '这里没有这个 GPU：不要在代码里写死 "cuda"，请用输入所在的设备（x.device），'
        "或用传入的设备。"
    ),
    "asked for more memory than is allowed": "申请的内存超过了允许的量",
    "did what the sandbox does not allow": "做了沙箱不允许的事",
    "{op} ran{where}; this task is to be solved without {rule}": (
        "运行了 {op}{where}；这道题不允许使用 {rule}"
    ),
    # a process that ended
    "this ran while the file was loaded; keep only definitions at the top level and put the rest "
    'under `if __name__ == "__main__":`': (
        '这是在加载文件时运行的；顶层只保留定义，其余放到 `if __name__ == "__main__":` 下面'
    ),
    " (it touched memory that is not its own, or its stack ran over)": (
        "（访问了不属于它的内存，或栈溢出）"
    ),
    " (a library gave up, or abort() was called)": "（某个库放弃了，或调用了 abort()）",
    " (it was killed)": "（被终止）",
    " (a division by zero outside of Python)": "（在 Python 之外除以零）",
    "still running when the time was up{where}": "时间用完时仍在运行{where}",
    "that is a loop; {question}": "那是一个循环；{question}",
    "it is inside the loop in {place}: `{head}`; {question}": (
        "它在{place}的循环里：`{head}`；{question}"
    ),
    "what makes it end?": "什么使它结束？",
    "does it need that many rounds?": "需要循环那么多次吗？",
    "it prints without end": "它不停地打印",
    "it starts threads without end": "它不停地启动线程",
    "its values are larger than the task can need": "它给出的值比题目所需的大得多",
    "the process died of {signal}{how}{where}": "进程因 {signal} 而终止{how}{where}",
    "what came back was not an answer": "返回的不是回答",
    "it ended the process": "它结束了进程",
    "{what} while the file was loaded": "在加载文件时，{what}",
    " after 1 answered case": "（此前回答了 1 个用例）",
    " after {n} answered cases": "（此前回答了 {n} 个用例）",
    "{what}{after}; return a value instead of exiting": "{what}{after}；请返回一个值，不要退出",
    "ended without an answer, before the first case was done": (
        "在完成第一个用例之前就结束了，没有回答"
    ),
    "ended without a complete answer, after {done} of {total} cases": (
        "没有完整回答就结束了：完成了 {done} 个用例，共 {total} 个"
    ),
    "ended without a complete answer, after {done} values": (
        "没有完整回答就结束了：给出了 {done} 个值"
    ),
    "needs {check}, which did not pass": "需要 {check}，而它未通过",
    "not run: {why}": "没有运行：{why}",
    "not run: the sandbox was lost": "没有运行：沙箱中断了",
    "stopped after {s:.2g} s: {why}": "{s:.2g} 秒后停止：{why}",
    "the checks before it, which did not end, have used up {s:.2g} s": (
        "前面没有结束的检查已用去 {s:.2g} 秒"
    ),
    # syntax errors
    "a null byte; is the file saved as UTF-8?": "有空字节；文件是以 UTF-8 保存的吗？",
    "; that is Python 2, write print(…)": "；那是 Python 2 的写法，请写 print(…)",
    "column {n} holds {name}; type {plain} instead": "第 {n} 列是 {name}；请改为 {plain}",
    "column {n} holds {name}; delete it": "第 {n} 列是 {name}；请删除",
    "a plain space": "普通空格",
    # files
    "the file has {size:,} bytes; hand in source code of at most {most:,}{hint}": (
        "文件有 {size:,} 字节；提交的源代码最多 {most:,} 字节{hint}"
    ),
    "; clear the outputs of its cells": "；请清除各单元格的输出",
    "line {line}: byte {byte} is not {encoding}": "第 {line} 行：字节 {byte} 不是 {encoding}",
    "line 1: there is no encoding {encoding} of text": "第 1 行：没有名为 {encoding} 的文本编码",
    "{what}; save the file as UTF-8 and submit it again": "{what}；请以 UTF-8 保存文件后重新提交",
    "this is no notebook ({why}); save it in Jupyter as .ipynb, or hand in a .py file": (
        "这不是笔记本（{why}）；请在 Jupyter 中存为 .ipynb，或提交 .py 文件"
    ),
    "it is not JSON: {error}": "不是 JSON：{error}",
    "its cells hold more than {most:,} characters of code": "单元格中的代码超过 {most:,} 个字符",
    "there are no cells in it": "其中没有单元格",
    "… {n:,} lines left out …": "…… 省略了 {n:,} 行 ……",
    "… {n:,} characters left out": "…… 省略了 {n:,} 个字符",
    # hidden checks
    "a hidden check: {what}": "隐藏的检查：{what}",
    "it gave a wrong answer": "答案不对",
    "it raised an exception": "抛出了异常",
    "it took too long": "用时太长",
    "it printed or returned too much": "打印或返回的内容太多",
    "it took too much memory": "用的内存太多",
    "it ended without an answer": "没有回答就结束了",
    "its process crashed": "进程崩溃了",
    "it did what the sandbox does not allow": "做了沙箱不允许的事",
    "it used what this task is to be solved without": "用了这道题不允许使用的东西",
    "it cannot be called as the task says": "不能按题目所说的方式调用",
    "it could not be judged, by our own fault": "无法评判，是我们的问题",
    # rules
    "gave no value to judge": "没有给出可评判的值",
    "return a tensor, got {found}": "请返回张量，得到：{found}",
    "the returned values do not fit the task ({what})": "返回的值不符合题目（{what}）",
    "the predictions must be a tensor, got {found}": "预测值应为张量，得到：{found}",
    "the predictions have shape {shape}, expected ({n}, classes) or ({n},)": (
        "预测值的形状为 {shape}，应为 ({n}, 类别数) 或 ({n},)"
    ),
    "the predictions are complex numbers": "预测值是复数",
    "NaN in {share} predictions: did the loss become NaN?": (
        "{share}预测值是 NaN：损失变成 NaN 了吗？"
    ),
    "{least} to {most}% of the held-out ones are right, at least {needed:.1%} are needed": (
        "留出的样本中有 {least} 到 {most}% 预测正确，至少需要 {needed:.1%}"
    ),
    # our own fault
    "the sandbox was lost twice; check again": "沙箱中断了两次；请重新检查",
    "the sandbox is not what it has to be: {why}; check again": (
        "沙箱的状态不对：{why}；请重新检查"
    ),
    "the sandbox failed: {why}": "沙箱出错：{why}",
    "the reference or the check {id} raised {what}": "参考解答或检查 {id} 抛出了 {what}",
    "the reference's values of check {id} are too large to compare": (
        "检查 {id} 的参考值太大，无法比较"
    ),
    "check {id} has no case: it yielded nothing": "检查 {id} 没有用例：它什么都没有给出",
    "check {id} yields something that cannot be compared": "检查 {id} 给出了无法比较的东西",
    "check {id} has no rule of its own": "检查 {id} 没有自己的规则",
    "there is no {name!r} with one array of labels in judge_data": (
        "judge_data 中没有只含一个标签数组的 {name!r}"
    ),
    # hints: one step too many, too few, or another one
    "close: {hint}": "接近了：{hint}",
    "the two results are right, but in the other order: swap them": (
        "两个结果都对，只是顺序反了：请交换"
    ),
    "the results are right, but in another order: {places} is the right one": (
        "结果都对，只是顺序不同：正确的顺序是 {places}"
    ),
    "sum": "和",
    "mean": "平均值",
    "maximum": "最大值",
    "minimum": "最小值",
    "product": "乘积",
    "norm": "范数",
    "standard deviation (n − 1)": "标准差（n − 1）",
    "standard deviation (n)": "标准差（n）",
    "variance (n − 1)": "方差（n − 1）",
    "variance (n)": "方差（n）",
    "softmax": " softmax",
    "log-softmax": " log-softmax",
    "share of the sum": "占总和的比例",
    "cumulative sum": "累积和",
    "argmax": " argmax",
    "argmin": " argmin",
    "divided by its sum": "除以总和",
    "divided by its norm": "除以范数",
    "divided by its maximum": "除以最大值",
    "freed of its mean": "减去平均值",
    "standardised": "标准化",
    "standardised (with n)": "标准化（用 n）",
    "put through softmax": "做 softmax",
    "put through log-softmax": "做 log-softmax",
    "summed up cumulatively": "做累积求和",
    "{what} of {name}": "{name} 的{what}",
    "{what} of {name} over axis {axis}": "{name} 沿轴 {axis} 的{what}",
    "what came back is the {found}, not the {wanted}": "返回的是 {found}，而不是 {wanted}",
    "what came back is {name} itself, as it was passed in": "返回的就是传入的 {name} 本身",
    "what came back lacks {name}: add it": "返回的值缺少 {name}：请加上",
    "{name} is added once too often, or not subtracted": "多加了一次 {name}，或没有减去",
    "it is multiplied by {name} once too often, or not divided by it": (
        "多乘了一次 {name}，或没有除以它"
    ),
    "what came back lacks a factor {name}": "返回的值缺少因子 {name}",
    " along axis {axis}": "（沿轴 {axis}）",
    "right once it is {done}{where}": "再{done}{where}就对了",
    "it is what is expected, {done}{where}, which is not asked for": (
        "它是期望值再{done}{where}，而题目没有要求"
    ),
    # hints: places
    "row": "一行",
    "column": "一列",
    "element": "一个元素",
    "slice": "一个切片",
    "slice along axis {axis}": "一个切片（沿轴 {axis}）",
    "{n} rows": " {n} 行",
    "{n} columns": " {n} 列",
    "{n} elements": " {n} 个元素",
    "{n} slices along axis {axis}": " {n} 个切片（沿轴 {axis}）",
    "first": "最前",
    "last": "最后",
    "the {which} {name}": "{which}{name}",
    "only the {which} {name}{where} is wrong": "只有{which}{name}{where}不对",
    "only {name} {number}{where} is wrong": "只有索引为 {number} 的{name}{where}不对",
    "only the border is wrong, all inside is right: is it padded, or cut off?": (
        "只有边缘不对，里面全对：是否填充了，或被截掉了？"
    ),
    "every value is {n}: does the result depend on what is passed in?": (
        "每个值都是 {n}：结果与传入的参数有关吗？"
    ),
    "it is transposed": "它被转置了",
    "axes {one} and {other} are swapped": "轴 {one} 和 {other} 互换了",
    "it is reversed along axis {which}": "它沿轴 {which} 反转了",
    "it is reversed along axes {which}": "它沿轴 {which} 反转了",
    "it is turned by 90 degrees in axes {one} and {other}": "它在轴 {one} 和 {other} 中转了 90 度",
    "forwards": "向前",
    "backwards": "向后",
    "it is rolled {way} by {n} along axis {axis}": "它沿轴 {axis} {way}滚动了 {n}",
    "along axis {axis}": "沿轴 {axis}",
    "in it": "其中",
    "{one} and {other} are swapped {where}": "{where}，{one} 和 {other} 互换了",
    "the order {where} is another: {order}": "{where}，顺序不同：{order}",
    "the right numbers, but in another order": "数都对，只是顺序不同",
    "the right numbers, but sorted, smallest first": "数都对，但被排序了，从小到大",
    "the right numbers, but sorted, largest first": "数都对，但被排序了，从大到小",
    "late": "后",
    "early": "前",
    "along axis {axis}, every value is where its neighbour belongs, 1 place too {way}: "
    "off by one?": "沿轴 {axis}，每个值都在邻居的位置上，偏{way} 1 位：差一？",
    "along axis {axis}, every value is {n} places too {way}": (
        "沿轴 {axis}，每个值都偏{way} {n} 位"
    ),
    "along axis {axis}, each slice is right but for a factor of its own: is it divided"
    " by something for each, such as a sum, along another axis?": (
        "沿轴 {axis}，每个切片只差一个各自的因子：是否沿另一个轴除以了某个量，例如总和？"
    ),
    "along axis {axis}, each slice is right but for an offset of its own: is something"
    " added or subtracted along another axis, such as a bias or a mean?": (
        "沿轴 {axis}，每个切片只差一个各自的偏移：是否沿另一个轴加上或减去了某个量，"
        "例如偏置或平均值？"
    ),
    "0 is expected": "期望值为 0",
    "negative numbers are expected": "期望值为负",
    "positive numbers are expected": "期望值为正",
    "it is wrong only where {kind}": "只在{kind}的地方不对",
    # hints: each value
    "no value is off by more than {share:.1g} % of the largest one; a small constant, "
    "an approximation, or rounding on the way?": (
        "没有一个值的偏差超过最大值的 {share:.1g} %；是很小的常数、近似，还是途中的舍入？"
    ),
    "every value has the wrong sign": "每个值的符号都反了",
    "every value is {what}": "每个值：{what}",
    "every value is {times} what is expected": "每个值都是期望值的 {times}",
    "{factor} times": "{factor} 倍",
    "{factor} of": "{factor}",
    "every value is {by} more than expected": "每个值都比期望值大 {by}",
    "every value is {by} less than expected": "每个值都比期望值小 {by}",
    "every value is 1 too large: does the count begin at 0?": "每个值都大了 1：是从 0 开始数吗？",
    "every value is 1 too small: does the count begin at 0?": "每个值都小了 1：是从 0 开始数吗？",
    "every value is {factor} × what is expected {sign} {offset}: "
    "is it scaled and shifted once too often, or not at all?": (
        "每个值都是 {factor} × 期望值 {sign} {offset}：是否多缩放和平移了一次，或根本没有做？"
    ),
    "every value is rounded to 1 decimal; keep them all": "每个值都舍入到 1 位小数；请保留全部",
    "every value is rounded to {n} decimals; keep them all": (
        "每个值都舍入到 {n} 位小数；请保留全部"
    ),
    "cut to whole numbers: // and int() drop the fraction": (
        "被截成整数：// 和 int() 会去掉小数部分"
    ),
    "rounded down to whole numbers: // does that": "向下取整了：// 会这样",
    "rounded to whole numbers": "四舍五入成整数了",
    "rounded up to whole numbers": "向上取整了",
    "the numbers went through {lower} on the way; keep them {dtype}": (
        "数值途中变成过 {lower}；请一直保持 {dtype}"
    ),
    "it is the complex conjugate of what is expected: the imaginary part has its sign": (
        "它是期望值的复共轭：虚部的符号反了"
    ),
    "right but for the sign: the absolute value is expected": "只差符号：应取绝对值",
    "right but for a limit: {limit} is missing": "只差一个限制：缺少 {limit}",
    "cut off by a limit that is not asked for: {limit}": "被题目没有要求的限制截断了：{limit}",
    "twice what is expected": "期望值的两倍",
    "is something counted twice, or a half missing?": "是否有东西算了两次，或缺少 1/2？",
    "half of what is expected": "期望值的一半",
    "is it halved once too often?": "是否多除了一次 2？",
    "255 times what is expected": "期望值的 255 倍",
    "are pixels of 0 to 255 not scaled to 0 to 1?": "0 到 255 的像素没有缩放到 0 到 1 吗？",
    "1/255 of what is expected": "期望值的 1/255",
    "are pixels scaled to 0 to 1 once too often?": "像素是否多缩放了一次？",
    "π times what is expected": "期望值的 π 倍",
    "1/π of what is expected": "期望值的 1/π",
    "is a factor π missing?": "是否缺少因子 π？",
    "2π times what is expected": "期望值的 2π 倍",
    "1/(2π) of what is expected": "期望值的 1/(2π)",
    "is a factor 2π missing?": "是否缺少因子 2π？",
    "180/π times what is expected": "期望值的 180/π 倍",
    "are degrees taken for radians?": "是否把角度当成了弧度？",
    "π/180 of what is expected": "期望值的 π/180",
    "are radians taken for degrees?": "是否把弧度当成了角度？",
    "ln 2 times what is expected": "期望值的 ln 2 倍",
    "1/ln 2 times what is expected": "期望值的 1/ln 2 倍",
    "log2 is asked for, or log: which one?": "要求的是 log2 还是 log？",
    "ln 10 times what is expected": "期望值的 ln 10 倍",
    "1/ln 10 times what is expected": "期望值的 1/ln 10 倍",
    "log10 is asked for, or log: which one?": "要求的是 log10 还是 log？",
    "log10 is asked for, or log?": "要求的是 log10 还是 log？",
    "100 times what is expected": "期望值的 100 倍",
    "a percentage instead of a share?": "是否给出了百分数，而不是比例？",
    "1/100 of what is expected": "期望值的 1/100",
    "a share instead of a percentage?": "是否给出了比例，而不是百分数？",
    "{n} times what is expected": "期望值的 {n} 倍",
    "is a mean asked for instead of a sum?": "要求的是平均值而不是总和吗？",
    "1/{n} of what is expected": "期望值的 1/{n}",
    "is it divided by {n} once too often?": "是否多除了一次 {n}？",
    "{n}/({n} − 1) of what is expected": "期望值的 {n}/({n} − 1)",
    "divide by {n}, not {n} − 1?": "应除以 {n}，而不是 {n} − 1？",
    "({n} − 1)/{n} of what is expected": "期望值的 ({n} − 1)/{n}",
    "divide by {n} − 1, not {n}?": "应除以 {n} − 1，而不是 {n}？",
    "√{n} times what is expected": "期望值的 √{n} 倍",
    "is a division by √{n} missing?": "是否没有除以 √{n}？",
    "1/√{n} of what is expected": "期望值的 1/√{n}",
    "is it divided by √{n} too often?": "是否多除了 √{n}？",
    "{n} − 1 times what is expected": "期望值的 {n} − 1 倍",
    "is a division by {n} − 1 missing?": "是否没有除以 {n} − 1？",
    "1/({n} − 1) of what is expected": "期望值的 1/({n} − 1)",
    "{n}² times what is expected": "期望值的 {n}² 倍",
    "is a division by {n}² missing?": "是否没有除以 {n}²？",
    "is it multiplied by {n} once too often?": "是否多乘了一次 {n}？",
    "what is expected divided by {n}": "期望值除以 {n}",
    "is a factor {n} missing?": "是否缺少因子 {n}？",
    "{n}/2 times what is expected": "期望值的 {n}/2 倍",
    "length of axis {axis} of the result": "结果的轴 {axis} 的长度",
    "the square of what is expected": "期望值的平方",
    "the square root of what is expected": "期望值的平方根",
    "exp() of what is expected; is a log missing?": "期望值的 exp()；是否缺少 log？",
    "the log of what is expected": "期望值的对数",
    "1 divided by what is expected; is the division upside down?": (
        "1 除以期望值；是否把除法写反了？"
    ),
    "1 minus what is expected": "1 减去期望值",
    "what is expected without its sign": "期望值去掉了符号",
    "the sigmoid of what is expected": "期望值的 sigmoid",
    "right but for a sigmoid that is missing": "只缺一个 sigmoid",
    "the tanh of what is expected": "期望值的 tanh",
    "right but for a tanh that is missing": "只缺一个 tanh",
    "the ReLU of what is expected": "期望值的 ReLU",
    # hints: shapes
    "the numbers are right, but {ends} is missing": "数值都对，但缺少{ends}",
    "the numbers are right, but {ends} are missing": "数值都对，但缺少{ends}",
    "what is expected is inside, but {ends} is too much": "期望值就在里面，但多出{ends}",
    "what is expected is inside, but {ends} are too much": "期望值就在里面，但多出{ends}",
    "it is every second of the expected values: is the step, or the stride, 2?": (
        "它是期望值中每隔一个取一个：步长（step 或 stride）是 2 吗？"
    ),
    "every second value of it is what is expected: a step, or stride, of 2?": (
        "从中每隔一个取一个就是期望值：步长（step 或 stride）应为 2？"
    ),
    "take the {what} over axis {axis}, and it is right": "再沿轴 {axis} 取{what}就对了",
    "it is the {what} over axis {axis} of what is expected": "它是期望值沿轴 {axis} 的{what}",
    "its axes are in another order: permute{order} puts them right": (
        "轴的顺序不同：permute{order} 可以纠正"
    ),
    "it is what is expected, {n} times along axis {axis}": "它是期望值沿轴 {axis} 重复 {n} 次",
    "axis {gone} of {name} is gone from the shape, axis {wanted} should be: is "
    "it the wrong dim?": "{name} 的轴 {gone} 从形状中消失了，应消失的是轴 {wanted}：dim 写错了吗？",
    "did a shape (n, 1) meet a shape (n,)? Together they broadcast to (n, n)": (
        "是否用形状 (n, 1) 与形状 (n,) 做了运算？它们会广播成 (n, n)"
    ),
    "it has the shape of {name}": "它的形状与 {name} 相同",
    "the sizes are right, but in another order: are axes swapped on the way?": (
        "各轴长度都对，只是顺序不同：途中交换了轴吗？"
    ),
    "it has {n} axes, {wanted} are expected": "它有 {n} 个轴，应有 {wanted} 个",
    "axis {axis} is {by} too long": "轴 {axis} 长了 {by}",
    "axis {axis} is {by} too short": "轴 {axis} 短了 {by}",
    ": off by one?": "：差一？",
}

OF_PYTHON: Final[dict[str, str]] = {
    "invalid syntax": "（语法错误）",
    "expected ':'": "（缺少冒号）",
    "expected an indented block": "（这里需要缩进的代码块）",
    "unexpected indent": "（多余的缩进）",
    "unindent does not match": "（缩进与前面任何一层都不一致）",
    "inconsistent use of tabs": "（缩进中混用了制表符和空格）",
    "unterminated string literal": "（字符串没有结束引号）",
    "unterminated triple-quoted": "（三引号字符串没有结束）",
    "unexpected EOF": "（文件意外结束）",
    "unmatched ": "（多余的右括号）",
    "closing parenthesis": "（括号不配对）",
    "'(' was never closed": "（括号没有闭合）",
    "'[' was never closed": "（括号没有闭合）",
    "'{' was never closed": "（括号没有闭合）",
    "invalid character": "（无效的字符）",
    "invalid non-printable character": "（无效的不可见字符）",
    "invalid decimal literal": "（数字写法有误）",
    "cannot assign to": "（不能给它赋值；比较要用 ==）",
    "Missing parentheses in call": "（调用缺少括号）",
    "'return' outside function": "（return 不在函数里）",
    "'break' outside loop": "（break 不在循环里）",
    "'continue' not properly in loop": "（continue 不在循环里）",
    "'yield' outside function": "（yield 不在函数里）",
    "positional argument follows keyword": "（位置参数不能在关键字参数之后）",
    "duplicate argument": "（参数名重复）",
    "f-string": "（f-string 写法有误）",
}
"""How the message of a syntax error begins -> what is put behind it."""
