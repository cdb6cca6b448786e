"""The commands' own words in Chinese, by the English that stands in the code."""

CHINESE = {
    # a long start
    "{what}: {done} of {total}, {n} s": "{what}：{done} / {total}，{n} 秒",
    "{what} … {n} s": "{what} … {n} 秒",
    "The next start is quicker.": "下次启动会更快。",
    # saved searches, and changes to many cards
    "saved; quizapp cards --saved {name} runs it": "已保存；用 quizapp cards --saved {name} 运行",
    "saved in the place of: {query}": "已保存，替换了：{query}",
    "it is called {name} now": "现在名为 {name}",
    "forgotten: {query}": "已删除：{query}",
    "no search is saved; quizapp cards --search Q --save NAME saves one": (
        "还没有保存的搜索；用 quizapp cards --search Q --save NAME 保存"
    ),
    "changed: {n}; quizapp cards --undo-edit takes it back": (
        "已修改：{n}；用 quizapp cards --undo-edit 撤销"
    ),
    "as before: {n}": "已恢复：{n}",
    "… and {n} more; --dry-run shows all": "……还有 {n} 处；--dry-run 全部显示",
    "cards of the course, which are not yours to change: {n} ({names})": (
        "课程的卡片，不能由你修改：{n}（{names}）"
    ),
    "they would have nothing to ask, or broken gaps: {n} ({names})": (
        "会没有问题可问，或填空标记会损坏：{n}（{names}）"
    ),
    "no card of your own would be changed": "没有你自己的卡片会被修改",
    "cards: {n}, places: {places}": "卡片：{n}，共 {places} 处",
    "Make these changes? {what}": "进行这些修改吗？{what}",
    # a verdict
    "{n} of {m} points": "{m} 分中的 {n} 分",
    "{n} checks were skipped": "跳过了 {n} 项检查",
    "the judge failed, not the submission: nothing was recorded; submit it again": (
        "是评判器出错，不是你的代码：没有记录；请重新提交"
    ),
    "recorded; it did not pass": "已记录；未通过",
    "recorded as solved": "已记录为解出",
    "; rated {rating}, comes back {when}": "；评分：{rating}，下次：{when}",
    "; rated already today, so its day stays": "；今天已评过分，下次日期不变",
    "This is variant {name}:": "这是变体 {name}：",
    # what to do next
    "When it is written: quizapp check {slug} {file}   (--watch judges at each save)": (
        "写好之后：quizapp check {slug} {file}   （--watch：每次保存都评判）"
    ),
    "The judge failed, not your code: check again; quizapp doctor tells more.": (
        "是评判器出错，不是你的代码：请再检查一次；quizapp doctor 可查原因。"
    ),
    "Next: quizapp submit {slug} FILE records it.": "下一步：quizapp submit {slug} FILE 记录成绩。",
    "Next: quizapp submit {slug} {file} records it.": (
        "下一步：quizapp submit {slug} {file} 记录成绩。"
    ),
    "Mend the first ✗ and check again; quizapp hint {slug} helps.": (
        "先改第一个 ✗，再检查；quizapp hint {slug} 给提示。"
    ),
    # a watch
    "watching {file}; Ctrl-C ends it": "正在监视 {file}；按 Ctrl-C 结束",
    "{file} is not there; waiting for it": "{file} 不存在；等待它出现",
    "{file} is not there; waiting for it. w writes the starter.": (
        "{file} 不存在；等待它出现。按 w 写入起始代码。"
    ),
    "{file}, saved {time}": "{file}，保存于 {time}",
    "saved {time}, judged in {took}": "保存于 {time}，评判用时 {took}",
    "(below: as saved at {time})": "（下面是 {time} 保存的结果）",
    "watching; save the file and it is judged": "正在监视；保存文件即评判",
    "r tries again": "按 r 重试",
    "loading torch, once; {s} s": "正在加载 torch（仅一次）；{s} 秒",
    "judging: {check}": "评判中：{check}",
    "judging, {s} s: {check}": "评判中，{s} 秒：{check}",
    "exercise {n} of {m}": "练习 {n}/{m}",
    "new": "未做",
    "tried": "试过",
    "solved": "已解",
    "u submits it for the record": "按 u 提交并记录成绩",
    "n goes on to the next one": "按 n 做下一题",
    "lines {a}–{b} of {n}": "第 {a}–{b} 行，共 {n} 行",
    "↑ ↓ Space scroll": "↑ ↓ 空格 滚动",
    "This is the first exercise; n goes on.": "这是第一题；按 n 往下。",
    "This is the last exercise; l lists all.": "这是最后一题；按 l 列出全部。",
    "There is nothing to submit.": "没有可提交的内容。",
    "Wait until the submission is recorded.": "请等到提交记录完成。",
    "Now watching {file}.": "正在监视 {file}。",
    "{file} is the starter: open it in your editor.": "{file} 是起始代码：请用编辑器打开。",
    "Ends when the submission is recorded; q again ends now.": (
        "提交记录完成后结束；再按 q 立即结束。"
    ),
    # its keys
    "hint": "提示",
    "next hint": "下一条提示",
    "show the hint": "显示提示",
    "solution": "解答",
    "show the solution": "显示解答",
    "submit": "提交",
    "submit; it was easy": "提交；很简单",
    "again": "重评",
    "next": "下一题",
    "prev": "上一题",
    "task": "题目",
    "list": "列表",
    "quit": "退出",
    "no": "否",
    "back": "返回",
    "verdict": "结果",
    "choose": "选择",
    "go to it": "打开",
    "write starter": "写入起始代码",
    # a card of one's own
    "{id}: the front is the same as of {twins}": "{id}：正面与 {twins} 相同",
    "Nothing was written, so nothing was added.": "没有写入内容，因此未添加。",
    "What you wrote is kept: quizapp add < {file}": "所写内容已保留：quizapp add < {file}",
    "Write the card below. Save and leave the editor: it is added.": (
        "在下面写卡片。保存并退出编辑器即可添加。"
    ),
    "Leave it as it is, and nothing is added.": "保持原样则不添加。",
    "{n} things are wrong; the editor opens again.": "有 {n} 处错误；编辑器将再次打开。",
    # figures
    "streak": "连续",
    "{n} days, longest {longest}": "{n} 天，最长 {longest} 天",
    "{n} answers in {min} min": "{n} 次回答，{min} 分钟",
    "ever": "全部时间",
    "in {n} days": "{n} 天内",
    "studied": "学习",
    "{days}, {answers}, {hours} h {span}": "{days}，{answers}，{hours} 小时（{span}）",
    "{n} days": "{n} 天",
    "retention": "保持率",
    "{rate} {span} (young {young}, mature {mature})": (
        "{rate}（{span}；年轻 {young}，成熟 {mature}）"
    ),
    "predicted": "预测",
    "{n} reviews {span}, log loss {loss}, RMSE (bins) {rmse}": (
        "{n} 次复习（{span}），对数损失 {loss}，RMSE（分箱）{rmse}"
    ),
    "new card": "新卡片",
    "time": "用时",
    "median {s} s an answer": "每次回答的中位数 {s} 秒",
    "memory": "记忆",
    "{n} cards would be recalled now": "现在能回忆起 {n} 张卡片",
    "interval": "间隔",
    "stability": "稳定性",
    "difficulty": "难度",
    "median {median}, mean {mean} days": "中位数 {median} 天，平均 {mean} 天",
    "median {median}, mean {mean} of 10": "中位数 {median}，平均 {mean}（满分 10）",
    "exercises": "练习",
    "{n} of {m} solved": "已解 {n}/{m}",
    "coming up": "即将到期",
    "{week}  in 7 days, {sum} in {days}; {backlog} overdue": (
        "{week}  （7 天内），{days} 天内共 {sum} 张；逾期 {backlog} 张"
    ),
    "leeches": "顽固卡片",
    " and {n} more": " 等，另有 {n} 张",
    "of {n}": "共 {n} 次",
    # a simulation
    "{days} days of study, simulated: {cards} cards in memory, {new} new ones; at most {of_new}"
    " new cards and {of_reviews} reviews a day": (
        "模拟学习 {days} 天：记忆中 {cards} 张卡片，新卡片 {new} 张；每天最多 {of_new} 张新卡片、"
        "{of_reviews} 次复习"
    ),
    "{parameters}; {habits}": "{parameters}；{habits}",
    "the parameters are yours": "参数：按你的回答拟合",
    "the parameters are usual": "参数：默认",
    "reviews": "复习",
    "minutes": "分钟",
    "known": "记得",
    "min/known": "分钟/张",
    "min/more": "分钟/多一张",
    "reviews and minutes: a day, on average; known: cards, at the end": (
        "复习和分钟：平均每天；记得：最后记得的卡片"
    ),
    "{known} cards are known now; without any study it would be {alone} at the end": (
        "现在记得 {known} 张卡片；若完全不学，最后记得 {alone} 张"
    ),
    "min/more: minutes for each card known more than in the row above": (
        "分钟/多一张：与上一行相比，每多记得一张卡片所需的分钟"
    ),
    "limits of single topics are left out": "单个主题的上限未计入",
}
