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
    "{n} of {m} point": "{m} 分中的 {n} 分",
    "{n} checks were skipped": "跳过了 {n} 项检查",
    "the judge failed, not the submission: nothing was recorded; submit it again": (
        "是评判器出错，不是你的代码：没有记录；请重新提交"
    ),
    "there is nothing in it to judge yet, so nothing was recorded": "还没有可评判的内容，没有记录",
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
    # cards, one by one
    "{card}: {phase}, due {when}": "{card}：{phase}，下次 {when}",
    ", due {when}": "，下次 {when}",
    "{card} is a leech: forgotten {n}×; {then}": "{card} 是顽固卡片：已忘记 {n} 次；{then}",
    "learn what it rests on first, or word it anew": "先学它所依据的内容，或换一种写法",
    "suspended, quizapp cards {card} --unsuspend lets it in again": (
        "已停用，用 quizapp cards {card} --unsuspend 恢复"
    ),
    "nothing to review now; quizapp due says what comes, --ahead goes on": (
        "现在没有要复习的；quizapp due 显示接下来的内容，--ahead 提前学习"
    ),
    "{slug}  ({topic}, exercise)": "{slug}  （{topic}，练习）",
    "solve it again: quizapp start {slug}, then quizapp submit {slug} FILE; "
    "quizapp next --cards goes on with cards": (
        "再做一次：quizapp start {slug}，然后 quizapp submit {slug} FILE；"
        "quizapp next --cards 继续卡片"
    ),
    "{what}: took back {deed} of {when}": "{what}：已撤销 {when} 的{deed}",
    "{card} and {n} more": "{card} 等，另有 {n} 张",
    "the reset": "重置",
    "the moved day": "改期",
    "the handing over of its history": "历史移交",
    "suspend": "停用",
    "unsuspend": "恢复使用",
    "bury": "搁置",
    "unbury": "取消搁置",
    "flag": "标记",
    "flag {n}": "标记 {n}",
    "leech": "顽固",
    "phase": "阶段",
    "title": "标题",
    "topic": "主题",
    "variant": "变体",
    "best": "最佳",
    "{state}, due": "{state}，到期",
    "changed {n} of {m}": "已修改 {m} 张中的 {n} 张",
    "{names} are new and were left as they are: what is new has no day before its first answer": (
        "{names} 是新卡片，未作改动：新卡片在第一次回答之前没有日期"
    ),
    "Make {n} cards new again? The log keeps the history.": (
        "把 {n} 张卡片重新变为新卡片吗？日志会保留历史。"
    ),
    "goes on with the history of {card}": "沿用 {card} 的历史",
    "getting ready for searching": "正在准备搜索",
    "the course has no cards": "课程中没有卡片",
    "no card holds {query!r}": "没有卡片含有 {query!r}",
    "name": "名称",
    "search": "搜索",
    # settings
    "setting": "设置",
    "value": "值",
    "what it does": "作用",
    # a course and data that were opened
    "left out: {error}": "已略过：{error}",
    "{file} was not there, so a new one was begun; quizapp restore goes back to a copy of the "
    "former one": "{file} 不存在，因此新建了一个；用 quizapp restore 恢复以前的副本",
    "what was answered last is of {when}, which has not come yet: see whether the clock is right; "
    "quizapp doctor tells what to do then": (
        "最近一次回答的时间是 {when}，还没有到：请检查时钟；quizapp doctor 说明该怎么办"
    ),
    # export, import, merge
    "{n} cards": "{n} 张卡片",
    "{n} notes": "{n} 条笔记",
    "{n} rows of the log": "{n} 行日志",
    "{n} submissions": "{n} 次提交",
    "{cards} of {notes}": "{cards}（{notes}）",
    "{first} and {other}": "{first}和 {other}",
    "{what} written": "已写入 {what}",
    "{n} states were": "{n} 个状态",
    "{rows} and {submissions} came in, {states} worked out anew": (
        "导入了 {rows}和 {submissions}，重新计算了 {states}"
    ),
    "{notes} came in": "导入了 {notes}",
    "{notes} came in with {files}": "导入了 {notes}，附带 {files}",
    "{n} pictures and sounds": "{n} 个图片和音频",
    "{n} were here already": "{n} 条已经存在",
    "{came}, {here}": "{came}，{here}",
    "{answers} came in": "导入了 {answers}",
    "{n} were passed over: known, older than the last one here, or in the future": (
        "略过 {n} 次：已有、早于这里最近的一次，或在未来"
    ),
    "{came}, {passed_over}": "{came}，{passed_over}",
    "{notes} took over what the file says now": "{notes}采用了文件中现在的内容",
    "{n} notes read otherwise in the file now and stay as they are; --update takes the file's text "
    "over": "{n} 条笔记与文件中现在的内容不同，保持不变；--update 采用文件的内容",
    "{n} notes have a day in Obsidian on which they come back; this is left out, as there are no "
    "answers behind it: such notes are new": (
        "{n} 条笔记在 Obsidian 中有复习日期；因为没有对应的回答记录，日期被略过：这些笔记为新笔记"
    ),
    "left out: {what}: {why}": "已略过：{what}：{why}",
    "left out: {n} more; --json names all": "另外略过 {n} 项；--json 全部列出",
    # copies of the data
    "copy": "副本",
    "made": "来由",
    "size": "大小",
    "would lose": "会丢失",
    "quizapp restore NAME goes back to one; what it replaces is kept": (
        "quizapp restore NAME 恢复到某个副本；被替换的会保留"
    ),
    "no copy has been made yet; the first use of a day makes one": (
        "还没有副本；每天第一次使用时生成一个"
    ),
    "{name} is in place, with {n} answers": "已恢复 {name}，含 {n} 次回答",
    "{n} later answers and submissions are not in it": "之后的 {n} 次回答和提交不在其中",
    "what it lacks cannot be told, since the former file could not be read": (
        "无法得知缺少什么，因为以前的文件无法读取"
    ),
    "what it replaced is kept: {file}": "被替换的文件保留在：{file}",
    # a fit
    "fitting": "拟合中",
    "simulating": "模拟中",
    "learnt from {reviews} reviews, judged by the {held_out} latest, in {s} s": (
        "从 {reviews} 次复习中学习，用最近 {held_out} 次检验，用时 {s} 秒"
    ),
    "before": "之前",
    "after": "之后",
    "RMSE (bins)": "RMSE（分箱）",
    "better: quizapp optimize would adopt it": "更好：quizapp optimize 会采用",
    "no better": "没有更好",
    "adopted; quizapp optimize --defaults goes back": (
        "已采用；quizapp optimize --defaults 恢复默认"
    ),
    "no better on what it had not seen, so the parameters in use stay": (
        "在未见过的数据上没有更好，因此保留现用的参数"
    ),
    "at": "时间",
    "learnt from": "学习次数",
    "held out": "检验次数",
    "adopted": "已采用",
    "parameters": "参数",
    "yes": "是",
    "defaults": "默认",
    "the defaults are in use": "现用默认参数",
    "the defaults are in use already": "已经在用默认参数",
    "nothing has been fitted yet; quizapp optimize does it": (
        "还没有拟合过；用 quizapp optimize 拟合"
    ),
    # a class
    "{n} files": "{n} 个文件",
    "{n} students": "{n} 名学生",
    "{files} of {students} in {s} s, isolation {isolation}, seed {seed}": (
        "{students}的 {files}，用时 {s} 秒，隔离级别 {isolation}，种子 {seed}"
    ),
    "{n} could not be judged, by our own fault; run the same command again, it judges only those": (
        "{n} 个无法评判，是本程序的错误；再运行同一命令，只评判这些"
    ),
    "files": "文件",
    "mean": "平均",
    "verdicts": "结果",
    "{file}: {why}; left out": "{file}：{why}；已略过",
    "starting the judge": "正在启动评判器",
    "judging": "评判中",
    # an audit
    "{n} findings": "{n} 个问题",
    "unsound: {findings}; {rest}": "有问题：{findings}；{rest}",
    "sound: {tried}": "无问题：{tried}",
    "tried {what}": "已检查 {what}",
    "nothing to try": "没有可检查的内容",
    "mend them first, nothing was run": "请先改正，尚未运行任何内容",
    " (with {seen})": "（{seen}）",
    "mending the database: {what}": "正在修复数据库：{what}",
    "wrote {file}": "已写入 {file}",
}

IN_CONTEXT = {
    ("phase", "new"): "新卡片",
    ("phase", "cards"): "卡片",
    ("thing", "data"): "数据",
    ("thing", "store"): "数据库",
    ("thing", "clock"): "时钟",
    ("thing", "course"): "课程",
    ("thing", "judge"): "评判器",
    ("thing", "isolation"): "隔离",
    ("thing", "device"): "设备",
    ("tried", "proofs"): "个证明",
    ("tried", "predictions"): "个预测",
    ("tried", "answers"): "个答案",
    ("tried", "parametric choices"): "个带参数的选择题",
    ("tried", "pictures"): "张图片",
    ("tried", "references"): "个参考解答",
    ("tried", "starters"): "个起始代码",
    ("tried", "near misses"): "个典型错误",
    ("verdict", "passed"): "通过",
    ("verdict", "failed"): "值不对",
    ("verdict", "errored"): "出现异常",
    ("verdict", "syntax"): "语法错误",
    ("verdict", "missing"): "未写",
    ("verdict", "timed_out"): "超时",
    ("verdict", "out_of_memory"): "内存不足",
    ("verdict", "output_limit"): "输出过多",
    ("verdict", "crashed"): "崩溃",
    ("verdict", "blocked"): "被沙箱拒绝",
    ("verdict", "policy"): "用了禁用的操作",
    ("verdict", "no_result"): "没有结果",
    ("verdict", "unreadable"): "无法读取",
    ("verdict", "skipped"): "跳过",
    ("verdict", "grader_error"): "评判器出错",
    ("finding", "ok"): "正常",
    ("finding", "weak"): "注意",
    ("finding", "bad"): "有误",
    ("copy", "daily"): "每日",
    ("copy", "before merge"): "合并之前",
    ("copy", "before taking back"): "撤销之前",
    ("copy", "before restore"): "恢复之前",
}
"""(what it is said of, English) -> Chinese, of words that mean several things."""
