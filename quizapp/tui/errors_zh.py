"""What may be wrong and what to do about it, in Chinese, by the English template."""

CHINESE: dict[str, str] = {
    "is not a folder": "不是文件夹",
    "name the one that holds the students'": "请指定存放各学生文件夹的文件夹",
    "holds no student": "里面没有学生",
    "put the files in as {name}/<student>/<exercise>.py": "请按 {name}/<学生>/<练习>.py 放置文件",
    "graded {file}, passed over {names}": "评判了 {file}，略过 {names}",
    "check its permissions": "请检查权限",
    "graded {file} as {exercise}": "把 {file} 作为 {exercise} 评判",
    "cannot be read ({reason})": "无法读取（{reason}）",
    "the traceback is in {file}, please report it with that file": (
        "错误详情在 {file}，请附上该文件报告"
    ),
    "no log file could be written; please report it": "无法写入日志文件；请报告",
    "unexpected {what}": "意外错误 {what}",
    "it ended with code {code}": "它以代码 {code} 结束",
    "nothing was added": "没有添加任何内容",
    "it goes with FRONT": "它要与 FRONT 一起使用",
    "there is no card": "没有卡片",
    "write FRONT and BACK": "请写 FRONT 和 BACK",
    "it cannot be written ({reason})": "无法写入（{reason}）",
    "make room, or write FRONT and BACK": "请腾出空间，或直接写 FRONT 和 BACK",
    "it cannot be started: {reason}": "无法启动：{reason}",
    "set another editor": "请设置另一个编辑器",
    "it cannot be read ({reason})": "无法读取（{reason}）",
    "save it as UTF-8": "请存为 UTF-8",
    "it means nothing to a {kind} card": "它对 {kind} 卡片没有意义",
    "add --kind {kind}, or leave it out": "请加上 --kind {kind}，或去掉它",
    "it is not UTF-8": "不是 UTF-8",
    "convert it": "请转换编码",
    "write FRONT, too, or say it in the text itself": "请同时写 FRONT，或写在文本里",
    "that is too much at once": "一次要求太多",
    "do one after the other": "请分开进行",
    "say what to do": "请说明要做什么",
    "add --suspend, --bury, --flag N, --reset or --due WHEN, or look by --search": (
        "请加上 --suspend、--bury、--flag N、--reset 或 --due WHEN，或用 --search 查看"
    ),
    "that makes {n} cards new again": "这会把 {n} 张卡片重新变为新卡片",
    "add --yes to do it": "加上 --yes 以执行",
    "nothing was changed": "没有任何改动",
    "say whose history": "请说明是谁的历史",
    "name one card that is gone": "请指定一张已不存在的卡片",
    "write one of {names}": "请写其中之一：{names}",
    "there is no such column": "没有这一列",
    "it only shows cards": "它只用来查看卡片",
    "leave the rest to keys in the app": "其余的请在应用中按键操作",
    "say which cards": "请说明是哪些卡片",
    "name them, or find them alone": "请写出名称，或只用搜索",
    "name them, or find them by --search alone": "请写出名称，或只用 --search 搜索",
    "a session has no JSON form": "学习过程没有 JSON 形式",
    "use quizapp next --json": "请用 quizapp next --json",
    "--ahead and --cram exclude each other": "--ahead 和 --cram 不能同时使用",
    "use one": "请只用一个",
    "there is no such exercise": "没有这个练习",
    "write --variant SLUG=NAME": "请写 --variant SLUG=NAME",
    "quizapp exercises lists them": "quizapp exercises 列出全部练习",
    "names no variant of an exercise": "没有指明练习的变体",
    "there is no such command": "没有这个命令",
    "quizapp --help lists them": "quizapp --help 列出全部命令",
    "a package cannot go to stdout": "卡包不能输出到 stdout",
    "name a file": "请指定文件",
    "stdout carries the file": "stdout 要输出文件内容",
    "it is there already": "已经存在",
    "name another, or give --force": "请换一个名字，或加上 --force",
    "quizapp add writes a first card": "用 quizapp add 写第一张卡片",
    "leave --cloze out": "请去掉 --cloze",
    "it cannot be written: there is no folder {folder}": "无法写入：没有文件夹 {folder}",
    "name a file in a folder that is there": "请指定一个在已有文件夹中的文件",
    "leave it out": "请去掉它",
    "check its folder and the space there": "请检查所在文件夹和剩余空间",
    "{option} means nothing here": "{option} 在这里没有意义",
    "{option} means nothing for it": "{option} 对它没有意义",
    "leave it out, or say by --format what it is": "请去掉它，或用 --format 说明格式",
    "there is no deck of your own": "没有你自己的卡组",
    "hashcards marks gaps by [brackets] alone": "hashcards 只用 [方括号] 标记填空",
    "no change is left to be taken back": "没有可以撤销的修改了",
    "nothing is changed yet ({what})": "还没有任何修改（{what}）",
    "it goes with --replace or --tag": "它要与 --replace 或 --tag 一起使用",
    "it goes with --replace": "它要与 --replace 一起使用",
    "add --replace OLD NEW": "请加上 --replace OLD NEW",
    "add --yes to do it, or --dry-run to see it": "加上 --yes 以执行，或用 --dry-run 查看",
    "stdin cannot be watched": "stdin 无法监视",
    "leave --variant out": "请去掉 --variant",
    "a file that is watched is judged as its first line says": "被监视的文件按其第一行的说明评判",
    "--dry-run, --defaults, --history and --simulate exclude each other": (
        "--dry-run、--defaults、--history 和 --simulate 不能同时使用"
    ),
    "only a simulation takes it": "只有模拟才能使用它",
    "add --simulate": "请加上 --simulate",
    "exercises are not simulated": "练习不参与模拟",
    "leave out --exercises": "请去掉 --exercises",
    "the study app needs a terminal": "学习应用需要终端",
    "without one, use quizapp next and quizapp answer; quizapp --help lists all commands": (
        "没有终端时，请用 quizapp next 和 quizapp answer；quizapp --help 列出全部命令"
    ),
    "write it like 2026-03-01T20:15": "请写成 2026-03-01T20:15 的形式",
    "there is nothing to undo": "没有可以撤销的内容",
    "{text!r} is no date and time": "{text!r} 不是日期和时间",
    "leave it out, or name one: --saved NAME": "请去掉它，或指定名称：--saved NAME",
    "--search says nothing about saved searches": "--search 与已保存的搜索列表无关",
    "it takes a KEY and no value": "它需要 KEY，不需要值",
    "write KEY --default": "请写 KEY --default",
    "it names none": "没有写出任何值",
    "write them like 0.8,0.85,0.9": "请写成 0.8,0.85,0.9 的形式",
    "use {form}": "可用：{form}",
    "it says nothing without --repair": "没有 --repair 时它没有意义",
    "see first by quizapp doctor what it would take back, then give both": (
        "请先用 quizapp doctor 查看会撤销什么，再同时给出两者"
    ),
    "--days and --all contradict each other": "--days 和 --all 互相矛盾",
    "name one": "请只写一个",
    "there is nothing to draw": "没有要画的内容",
    "add --svg FILE or --png FILE": "请加上 --svg FILE 或 --png FILE",
    "make it first": "请先建立它",
    "there is no folder {parent}": "没有文件夹 {parent}",
    "{version}, Python {python} at {file}": "{version}，Python {python}，位于 {file}",
    "{file} is not there, but {n} copies of it are": "{file} 不存在，但有它的 {n} 份副本",
    "{folder}: {cards} cards, {exercises} exercises": (
        "{folder}：{cards} 张卡片，{exercises} 个练习"
    ),
    "{where}: {what}": "{where}：{what}",
    "{error}; {remedy}": "{error}；{remedy}",
    "{version} is too old": "{version} 太旧",
    "{folder} cannot be written to": "{folder} 无法写入",
    "the disk of {folder} has only {size} MiB left": "{folder} 所在磁盘只剩 {size} MiB",
    "free some space on that disk": "请在该磁盘上腾出空间",
    "newest copy {file}": "最新副本 {file}",
    "each day on which you study should make a copy: see whether the disk has space, and "
    "whether {folder} can be written to": (
        "每个学习日都应生成一份副本：请检查磁盘是否有空间，以及 {folder} 是否可写"
    ),
    "{file} is not there yet, the first answer makes it": "{file} 还不存在，第一次回答时建立",
    "if the clock is wrong now, set it, and all is well; if it is right, quizapp doctor "
    "--repair --clock-is-right takes that back, and the cards come when they should": (
        "如果现在的时钟不对，把它调好即可；如果时钟是对的，quizapp doctor --repair "
        "--clock-is-right 会撤销这些内容，卡片会按时出现"
    ),
    "mend them; quizapp audit lists all": "请改正；quizapp audit 列出全部",
    "{first}; {rest}": "{first}；{rest}",
    "not installed for this Python": "没有为这个 Python 安装",
    "install {oldest} or newer": "请安装 {oldest} 或更新的版本",
    "{n} problems": "{n} 个问题",
    "it is {now} by the clock of this computer, but your data hold {what} with a time that "
    "has not come yet, up to {last}": (
        "按这台电脑的时钟现在是 {now}，但你的数据中有{what}，其时间还没有到，最晚到 {last}"
    ),
    "{folder} has {n} mistakes": "{folder} 有 {n} 处错误",
    "{python} -m pip install torch; cards work without it, exercises do not": (
        "{python} -m pip install torch；没有它，卡片可用，练习不可用"
    ),
    "a reset, a moved day or a mark": "一次重置、改期或标记",
    "taken back: {what} with a time that has not come yet; your data as they were before are "
    "kept as {file}": ("已撤销时间还没有到的{what}；之前的数据保留在 {file}"),
    "the broken file is kept as {file}": "损坏的文件保留为 {file}",
    "the newest copy is {file}": "最新的副本是 {file}",
    "there is nothing to take back, so nothing was done": "没有可撤销的内容，因此什么也没有做",
    "nothing could be taken back: {error}": "无法撤销：{error}",
    "your own code runs well so; to grade a class, do what is said above for a stronger tier": (
        "运行你自己的代码没有问题；要评判班级，请按上面所说获得更强的隔离"
    ),
    "quizapp restore brings it back; to begin anew, just go on: the copies stay": (
        "quizapp restore 可以恢复；要重新开始，继续使用即可：副本会保留"
    ),
    "make it writable for you, or set QUIZAPP_HOME to another folder": (
        "请让它对你可写，或把 QUIZAPP_HOME 设为另一个文件夹"
    ),
    "quizapp restore goes back to a copy": "quizapp restore 可恢复到某个副本",
    "run quizapp doctor --repair": "请运行 quizapp doctor --repair",
    "see whether torch imports": "请检查 torch 能否导入",
    "rate the card yourself, and tell the author of the course": "请自己给卡片评分，并告诉课程作者",
    "this card has no options": "这张卡片没有选项",
    "answer it by text": "请用文字回答",
    "this card is answered by heart": "这张卡片凭记忆回答",
    "look at its back and rate it": "请看背面，然后评分",
    "answer by number or letter, several apart by commas": "请用数字或字母回答，多个之间用逗号",
    "the answer of {id} cannot be worked out: {error}": "无法算出 {id} 的答案：{error}",
    "{attempt!r} names none of its {n} options": "{attempt!r} 不是它的 {n} 个选项之一",
    "there is no such card": "没有这张卡片",
    "there is no such topic": "没有这个主题",
    "quizapp cards lists them": "quizapp cards 列出全部卡片",
    "it was answered in another window since it was shown": "显示之后，它已在另一个窗口中被回答",
    "that answer stands, and this one was not recorded": "那次回答有效，这次没有记录",
    "see whether the clock is right, take that answer back by quizapp undo, or name a later time": (
        "请检查时钟，用 quizapp undo 撤销那次回答，或写更晚的时间"
    ),
    "this is your own database": "这是你自己的数据库",
    "name another device's": "请指定另一台设备的",
    "it is no database": "不是数据库",
    "export tab-separated text from Mnemosyne instead": "请改为从 Mnemosyne 导出制表符分隔的文本",
    "check its rights": "请检查它的权限",
    "its settings or fitted parameters make no scheduler ({reason})": (
        "它的设置或拟合参数不能构成调度器（{reason}）"
    ),
    "name a file that ends in .apkg, .csv, .md or .jsonl": (
        "请指定以 .apkg、.csv、.md 或 .jsonl 结尾的文件"
    ),
    "name the quizapp.db of another device": "请指定另一台设备的 quizapp.db",
    "it is neither an Anki package, nor CSV, nor Markdown, nor a log of quizapp": (
        "它不是 Anki 卡包、CSV、Markdown，也不是 quizapp 的日志"
    ),
    "it is in Mnemosyne's own form, which is not read here": (
        "它是 Mnemosyne 自己的格式，这里不读取"
    ),
    "it is no file": "不是文件",
    "there is no such file": "没有这个文件",
    "mend them where it is from, with quizapp settings or optimize": (
        "请在来源设备上用 quizapp settings 或 optimize 改正"
    ),
    "{name} does not fit behind what is there": "{name} 与已有内容接不上",
    "look at the end of the file": "请查看文件末尾",
    "change it, or remove it": "请修改或删除它",
    "no card of your own is to be changed": "没有你自己的卡片需要修改",
    "look again": "请再看一次",
    "note `{name}` is written in a way that cannot be changed here": (
        "笔记 `{name}` 的写法无法在这里修改"
    ),
    "edit the file": "请编辑文件",
    "free some space or make the folder writable": "请腾出空间，或让文件夹可写",
    "it is broken": "已损坏",
    "remove it": "请删除它",
    "it is taken back already, or too long ago": "它已被撤销，或时间太久",
    "note `{id}` says something else by now": "笔记 `{id}` 的内容现在已不同",
    "it would break a card: {what}": "这会损坏一张卡片：{what}",
    "take back what came later, or edit it": "请先撤销之后的修改，或直接编辑",
    "put in something else, or leave this card out": "请换成别的内容，或不改这张卡片",
    "it was changed since, so the change cannot be taken back": "之后它又被修改过，因此无法撤销",
    "no field is named": "没有指定字段",
    "name tags to add, and others to take off": "请写出要添加的标签和要去掉的标签",
    "name {names}": "请写 {names}",
    "{tag} is both added and taken off": "{tag} 既要添加又要去掉",
    "write a pattern as Python's re has it": "请按 Python 的 re 写模式",
    "write a text": "请写文字",
    "no tag is named": "没有指定标签",
    "this exercise has no hints": "这个练习没有提示",
    "its task says all there is": "题目已说明全部",
    "exists already and is left as it is": "已经存在，保持不变",
    "name another file": "请指定另一个文件",
    "cannot be written ({reason})": "无法写入（{reason}）",
    "{count} reviews after a day or more are too few to learn from": (
        "隔一天以上的复习只有 {count} 次，太少，无法学习"
    ),
    "study on until there are {fewest}; the defaults serve well until then": (
        "请继续学习到 {fewest} 次；在那之前默认参数就很好"
    ),
    "only limits of time and memory would hold submissions here": (
        "这里只有时间和内存限制能约束提交的代码"
    ),
    "run `quizapp doctor` to see what is missing, or grade with --allow-weak-isolation": (
        "请运行 `quizapp doctor` 查看缺少什么，或加上 --allow-weak-isolation 评判"
    ),
    "name another folder with --out": "请用 --out 指定另一个文件夹",
    "cannot be made ({reason})": "无法建立（{reason}）",
    "free the disk and grade again": "请腾出磁盘空间，再次评判",
    "there are no cards in it": "里面没有卡片",
    "put a tab between front and back": "请在正面和背面之间放一个制表符",
    "the course has a topic `{topic}`": "课程已有主题 `{topic}`",
    "rename the deck, or the file that it comes from": "请给卡组或来源文件改名",
    "a row before it has the same id or front": "前面有一行的 id 或正面与它相同",
    "a line before it says the same": "前面有一行与它相同",
    "note {name} of {deck}": "{deck} 的笔记 {name}",
    "there is no card in it": "里面没有卡片",
    "write front and back": "请写正面和背面",
    "this is no name for a deck": "这不能作为卡组的名称",
    "use letters or digits": "请使用字母或数字",
    "this id is taken": "这个 id 已被占用",
    "leave it out, or give another one": "请去掉它，或换一个",
    "remove the alias": "请去掉该别名",
    "remove the slug": "请去掉该练习名",
    "leave `id` out, or give another one": "请去掉 `id`，或换一个",
    "the course has a deck of that name, and cards of your own stand beside it": (
        "课程有同名卡组，你自己的卡片在它旁边"
    ),
    "this note is written in a way that cannot be changed here": "这条笔记的写法无法在这里修改",
    "this note is written in a way that cannot be taken out here": "这条笔记的写法无法在这里移除",
    "{what}; {remedy}": "{what}；{remedy}",
    "note {name} in {file}": "{file} 中的笔记 {name}",
    "write Q: and A:, C: with [gaps], or front::back; --format says which": (
        "请写 Q: 和 A:、带 [填空] 的 C:，或 正面::背面；用 --format 说明格式"
    ),
    "without the tag #flashcards, which others have; name a file to import it alone": (
        "没有 #flashcards 标签，而其他文件有；请单独指定文件来导入"
    ),
    "the new text cannot stand in a deck": "新的文本不能放进卡组",
    "it was changed here, in its deck, so the text of the file is not taken over": (
        "它在这里的卡组中被修改过，因此不采用文件的文本"
    ),
    "that day has passed, or is too far away": "那一天已过，或太远",
    "there is no such card, note or exercise": "没有这张卡片、这条笔记或这个练习",
    "that is too far away": "太远了",
    "that is no day": "不是日期",
    "there is no such flag": "没有这个标记",
    "use 0 for none, or 1 to 7": "请用 0 表示无，或 1 到 7",
    "the course still has this card": "课程里仍有这张卡片",
    "it has no history": "它没有历史",
    "it has a history of its own": "它有自己的历史",
    "write +3 or -2 for days, today, tomorrow, or a day like 2026-12-24": (
        "请写 +3 或 -2 表示天数、today、tomorrow，或 2026-12-24 这样的日期"
    ),
    "only the history of a card that is gone can be handed over": "只能移交已不存在的卡片的历史",
    "quizapp cards --search is:orphan lists them": "quizapp cards --search is:orphan 列出这些卡片",
    "did you mean {name} or {other}?": "你是指 {name} 或 {other} 吗？",
    "did you mean {name}?": "你是指 {name} 吗？",
    "edit {path}:{line}": "请编辑 {path}:{line}",
    "it is a card of the course, not one of your own": "它是课程的卡片，不是你自己的",
    "try again": "请再试一次",
    "another program has just changed it": "另一个程序刚刚修改了它",
    "there is no such state": "没有这种状态",
    "that is no number of days": "不是天数",
    "write flag:1 to flag:7; flag:0 is none": "请写 flag:1 到 flag:7；flag:0 表示没有标记",
    "write rated:7, or rated:7:again": "请写 rated:7 或 rated:7:again",
    "that is no comparison": "不是比较式",
    "write prop:stability>10, say, with no blank": "请写成例如 prop:stability>10，中间没有空格",
    "there is no such property": "没有这个属性",
    "there is no such saved search": "没有这个已保存的搜索",
    "this search is part of itself": "这个搜索包含了它自己",
    "change one of them": "请修改其中之一",
    "searches lie too deep in one another, more than {deepest}": "搜索嵌套太深，超过 {deepest} 层",
    "write some of them out": "请把其中一些直接写出来",
    "written out, it is too long, more than {longest} characters": (
        "展开后太长，超过 {longest} 个字符"
    ),
    "make it of fewer saved searches": "请少用一些已保存的搜索",
    "write due:7, say; today is 0": "请写成例如 due:7；今天是 0",
    "write introduced:7": "请写 introduced:7",
    "quizapp cards --saved lists them": "quizapp cards --saved 列出全部",
    "use 1 to {longest} letters, digits, blanks and signs but quotation marks": (
        "请用 1 到 {longest} 个字母、数字、空格和引号以外的符号"
    ),
    "this is no name for a search": "这不能作为搜索的名称",
    "there is nothing in it": "里面没有内容",
    "write a query first": "请先写查询",
    "it holds what is no text": "它含有不是文本的内容",
    "write it anew": "请重新写",
    "another saved search has this name": "另一个已保存的搜索已用此名",
    "take another name": "请换一个名称",
    "forget or change {other} first": "请先删除或修改 {other}",
    "the saved search {other} uses it": "已保存的搜索 {other} 正在使用它",
    "name one, or - to read stdin": "请指定文件，或用 - 读取 stdin",
    "is larger than {size} MiB": "大于 {size} MiB",
    "submit a source file": "请提交源代码文件",
    "quizapp start SLUG FILE writes a starter": "quizapp start SLUG FILE 写入起始代码",
    "change its permissions": "请修改它的权限",
    "is not a file that holds code": "不是含有代码的文件",
    "there is no such deck": "没有这个卡组",
    "quizapp due lists the decks": "quizapp due 列出卡组",
    "no tag has a quotation mark": "标签中没有引号",
    "no card meets all of it": "没有卡片满足全部条件",
    "leave out one of its conditions": "请去掉其中一个条件",
    "there is no such setting": "没有这个设置",
    "quizapp settings lists them": "quizapp settings 列出全部设置",
    "{days} days cannot be simulated": "不能模拟 {days} 天",
    "use 1 to {most_days} days": "请用 1 到 {most_days} 天",
    "{each:g} is out of range": "{each:g} 超出范围",
    "use {lowest_retention} to {highest_retention}": (
        "请用 {lowest_retention} 到 {highest_retention}"
    ),
    "ask for 1 or more": "请写 1 或更大",
    "{days} days hold nothing": "{days} 天里没有任何内容",
    "there is no such variant": "没有这个变体",
    "it has {names}": "它有 {names}",
    "is for variant {variant}, but this time variant {wanted} is asked": (
        "是变体 {variant} 的，但这次要求的是变体 {wanted}"
    ),
    "quizapp start {slug} writes its starter": "quizapp start {slug} 写入它的起始代码",
    "{what}: {change}": "{what}：{change}",
    "name a file that Anki exported as .apkg": "请指定 Anki 导出的 .apkg 文件",
    "its collection is damaged ({found})": "其中的集合已损坏（{found}）",
    "its collection cannot be read ({error})": "其中的集合无法读取（{error}）",
    "its list of media is damaged": "其中的媒体列表已损坏",
    "its collection has no table {table}": "其中的集合没有表 {table}",
    "its table {table} computes columns": "其中的表 {table} 含有计算列",
    "it is damaged ({error})": "已损坏（{error}）",
    "its {column} are damaged": "其中的 {column} 已损坏",
    "it unpacks to more than {limit} bytes": "解压后超过 {limit} 字节",
    "export it again from Anki": "请从 Anki 重新导出",
    "it holds no Anki collection": "里面没有 Anki 集合",
    "it is in Anki's new form, which needs the package zstandard": (
        "它是 Anki 的新格式，需要 zstandard 包"
    ),
    "pip install 'quizapp[anki]', or tick `Support older Anki versions` when exporting": (
        "pip install 'quizapp[anki]'，或导出时勾选 `Support older Anki versions`"
    ),
    "needs the package genanki": "需要 genanki 包",
    "install it: pip install 'quizapp[anki]'": "请安装：pip install 'quizapp[anki]'",
    "divide it": "请拆分它",
    "check its name and its rights": "请检查文件名和权限",
    "export it again": "请重新导出",
    "it holds more than {most_members} files": "里面超过 {most_members} 个文件",
    "export it without": "请不加密导出",
    "{name} in it is damaged ({error})": "其中的 {name} 已损坏（{error}）",
    "it is no ZIP file ({error})": "不是 ZIP 文件（{error}）",
    "{name!r} in it is a link": "其中的 {name!r} 是链接",
    "{name!r} in it is no plain file name": "其中的 {name!r} 不是普通文件名",
    "{name!r} in it is encrypted": "其中的 {name!r} 已加密",
    "{name!r} is in it twice": "{name!r} 在其中出现两次",
    "{name} in it unpacks to more than {limit} bytes": "其中的 {name} 解压后超过 {limit} 字节",
    "it unpacks to more than {largest_package} bytes": "解压后超过 {largest_package} 字节",
    "export it again, and import only files that you trust": "请重新导出，并且只导入你信任的文件",
    "it has no cards": "它没有卡片",
    "its note type has no such card": "它的笔记类型没有这种卡片",
    "its back is empty": "背面是空的",
    "its front is empty": "正面是空的",
    "its gaps cannot be told from the code or math around them": "无法把填空与周围的代码或公式分开",
    "it has {n} gaps, more than {most_gaps}": "有 {n} 处填空，超过 {most_gaps} 处",
    "a gap hides `::`, which our marks divide at": "有一处填空隐藏了 `::`，而这是我们的分隔标记",
    "its gaps cannot be marked ({error})": "无法标记填空（{error}）",
    "put what is to be hidden in [brackets]": "请把要隐藏的内容放在 [方括号] 里",
    "it is longer than {longest_card} characters": "长于 {longest_card} 个字符",
    "write the gap elsewhere": "请把填空写在别处",
    "an answer has no question": "有答案没有问题",
    "write Q: and the question before it": "请在它前面写 Q: 和问题",
    "the card has two answers": "这张卡片有两个答案",
    "put both below one A:": "请把两者放在同一个 A: 下",
    "the question has no answer": "这个问题没有答案",
    "write A: and the answer below": "请在下面写 A: 和答案",
    "the text has no gap outside of code and math": "文本在代码和公式之外没有填空",
    "it has no cloze mark": "没有填空标记",
    "a cloze mark stands inside a formula that cannot be divided there": (
        "填空标记在公式内部，而公式不能在那里分开"
    ),
    "its cloze marks are nested or not closed": "填空标记嵌套了，或没有闭合",
    "a field is longer than {longest_field} characters": "有字段长于 {longest_field} 个字符",
    "name a file that `quizapp export jsonl` wrote": "请指定 `quizapp export jsonl` 写出的文件",
    "it is of version {found}, this quizapp knows {version}": (
        "它是版本 {found}，这个 quizapp 认识 {version}"
    ),
    "update quizapp": "请更新 quizapp",
    "the header does not count the rows": "文件头没有写明行数",
    "the line is longer than {longest_line} characters": "该行长于 {longest_line} 个字符",
    "the line is no JSON object": "该行不是 JSON 对象",
    "it is cut short: {seen} of {count} rows of {table} are there": (
        "不完整：{table} 的 {count} 行中只有 {seen} 行"
    ),
    "the line is no JSON": "该行不是 JSON",
    "the row names no table": "该行没有写明表",
    "export it again on the device that it is from; nothing was changed here": (
        "请在来源设备上重新导出；这里没有任何改动"
    ),
    "its first line does not say that it is a log of quizapp": (
        "它的第一行没有说明它是 quizapp 的日志"
    ),
    "close it": "请闭合它",
    "the card has no question": "这张卡片没有问题",
    "write it, or remove the card": "请写上，或删除该卡片",
    "the card has no answer": "这张卡片没有答案",
    "the code block or comment that begins here has no end; so its card and all below are "
    "left out": ("从这里开始的代码块或注释没有结尾；因此这张卡片和下面的全部内容被略过"),
    "its text would not be read back as it is": "它的文本再读回来会不一样",
    "remove the character, or name another file": "请去掉该字符，或指定另一个文件",
    "it is larger than {size} MiB": "大于 {size} MiB",
    "byte 0x{byte:02x} is no {encoding}": "字节 0x{byte:02x} 不是 {encoding}",
    "save the file as UTF-8": "请把文件存为 UTF-8",
    "it holds a NUL character, so it is no text": "含有 NUL 字符，因此不是文本",
    "the paragraph is longer than {longest_card} characters": "该段落长于 {longest_card} 个字符",
    "drawing pixels needs the package resvg-py": "画成像素需要 resvg-py 包",
    "pip install 'quizapp[plots]', or use --svg, which needs nothing": (
        "pip install 'quizapp[plots]'，或用 --svg，它不需要别的包"
    ),
    "it holds a NUL character; remove it": "含有 NUL 字符；请去掉它",
    "it is longer than {longest_cell} characters; divide it": (
        "长于 {longest_cell} 个字符；请拆分它"
    ),
    "it lacks a side; {remedy}": "缺少一面；{remedy}",
    "split it": "请拆分它",
    "it has more than {most_rows} lines": "超过 {most_rows} 行",
    "write front and back with a tab between": "请写正面和背面，中间放一个制表符",
    "the row has {n} cells, the header {columns}": "该行有 {n} 个单元格，表头有 {columns} 个",
    "put cells with commas or line breaks in quotes": "请把含逗号或换行的单元格放在引号里",
    "write it, or remove the row": "请写上，或删除该行",
    "save it as CSV UTF-8": "请存为 CSV UTF-8",
    "mend it": "请改正",
    "the row has no {lacking}": "该行没有 {lacking}",
    "there is no column {needed}, or two": "没有 {needed} 列，或有两列",
    "the row is no CSV ({error})": "该行不是 CSV（{error}）",
    "it has more than {most_rows} rows": "超过 {most_rows} 行",
    "give the file a header line with the columns front and back": (
        "请给文件加一个表头，含 front 和 back 两列"
    ),
    "it is a link to a folder": "它是指向文件夹的链接",
    "name that folder": "请指定那个文件夹",
    "it holds more than {most_files} files": "里面超过 {most_files} 个文件",
    "import its folders one by one": "请逐个导入其中的文件夹",
    "name a Markdown file, or a folder of such files": (
        "请指定一个 Markdown 文件，或含这类文件的文件夹"
    ),
    "run `quizapp doctor --repair`; former backups are kept": (
        "请运行 `quizapp doctor --repair`；以前的备份会保留"
    ),
    "no backup was made, because the database is damaged ({found})": (
        "没有生成备份，因为数据库已损坏（{found}）"
    ),
    "free some space or make the folder writable; nothing has been changed": (
        "请腾出空间，或让文件夹可写；没有任何改动"
    ),
    "it cannot be read ({error})": "无法读取（{error}）",
    "the backup cannot be written ({error})": "备份无法写入（{error}）",
    "there is no such copy": "没有这个副本",
    "it was written by a newer quizapp (version {version}); upgrade quizapp": (
        "它由更新的 quizapp 写成（版本 {version}）；请升级 quizapp"
    ),
    "quizapp restore lists them": "quizapp restore 列出全部副本",
    "none has been made yet": "还没有任何副本",
    "use a Python that is built with SQLite 3.38 or newer": (
        "请使用带有 SQLite 3.38 或更新版本的 Python"
    ),
    "the file was moved, deleted or replaced while it was open, so this was not saved": (
        "文件在打开期间被移动、删除或替换，因此没有保存"
    ),
    "close quizapp, see that the file is in its place, and start again": (
        "请关闭 quizapp，确认文件在原处，再启动"
    ),
    "the log beside the file was removed or replaced while it was open, so this was not saved": (
        "文件旁边的日志在打开期间被删除或替换，因此没有保存"
    ),
    "close quizapp and start again; leave quizapp.db-wal and quizapp.db-shm to it": (
        "请关闭 quizapp 再启动；不要动 quizapp.db-wal 和 quizapp.db-shm"
    ),
    "this is another program's database": "这是另一个程序的数据库",
    "move it away, or set QUIZAPP_HOME to another folder": (
        "请把它移走，或把 QUIZAPP_HOME 设为另一个文件夹"
    ),
    "upgrade quizapp, or set QUIZAPP_HOME to another folder": (
        "请升级 quizapp，或把 QUIZAPP_HOME 设为另一个文件夹"
    ),
    "set QUIZAPP_HOME to a folder that you may write to": (
        "请把 QUIZAPP_HOME 设为你可以写入的文件夹"
    ),
    "it was answered or rescheduled after that": "在那之后它又被回答或重新安排了",
    "take that back first, by quizapp undo": "请先用 quizapp undo 撤销那次",
    "that is taken back already": "那已经撤销了",
    "look at the card: it is as it is shown": "请看卡片：它就是显示的样子",
    "SQLite says: {error}": "SQLite 报告：{error}",
    "`quizapp doctor --repair` saves what can be read, `quizapp restore` goes back to one of "
    "the copies in {folder}": (
        "`quizapp doctor --repair` 挽救可读的内容，`quizapp restore` 恢复到 {folder} 中的某个副本"
    ),
    "the disk refused to read or write ({error}), so this was not saved": (
        "磁盘拒绝读写（{error}），因此没有保存"
    ),
    "look at it again and answer it there or here": "请再看一次，在那里或这里回答",
    "it is not sound: {problem}": "它不完好：{problem}",
    "run `quizapp doctor` on it first": "请先对它运行 `quizapp doctor`",
    "is a file, not a folder": "是文件，不是文件夹",
    "ask for the right to use it, or {otherwise}": "请申请使用权限，或{otherwise}",
    "lies on a disk that may only be read": "在只读的磁盘上",
    "move it away, or {otherwise}": "请把它移走，或{otherwise}",
    "mend the link, or {otherwise}": "请修正链接，或{otherwise}",
    "is a link that leads nowhere": "是一个没有目标的链接",
    "it cannot be reached ({reason})": "无法访问（{reason}）",
    "set QUIZAPP_HOME to a folder of your own": "请把 QUIZAPP_HOME 设为你自己的文件夹",
    "the folder is another user's": "该文件夹属于另一个用户",
    "the folder may not be read": "该文件夹不允许读取",
    "copy it to a disk that can be written to, and set QUIZAPP_HOME to that": (
        "请复制到可写的磁盘，并把 QUIZAPP_HOME 设为那里"
    ),
    "make the file and its folder writable for you; nothing has been changed": (
        "请让文件和所在文件夹对你可写；没有任何改动"
    ),
    "another quizapp has it open": "另一个 quizapp 正打开着它",
    "close that one and try again; nothing has been changed": "请关闭那一个再试；没有任何改动",
    "{n} schedules or counts of days were wrong and written anew from your answers": (
        "{n} 个日程或每日计数有误，已按你的回答重新写入"
    ),
    "it cannot be replaced ({error})": "无法替换（{error}）",
    "nothing of it can be read": "其中什么也读不出来",
    "free some space, or make the file and its folder writable for you": (
        "请腾出空间，或让文件和所在文件夹对你可写"
    ),
    "the {kind} {name} was made anew": "重新建立了 {kind} {name}",
    "it cannot be mended: {problem}": "无法修复：{problem}",
    "it is damaged ({found})": "已损坏（{found}）",
    "it cannot be replaced ({reason})": "无法替换（{reason}）",
    "choose another copy: quizapp restore": "请选择另一个副本：quizapp restore",
    "`quizapp restore` goes back to a copy; to begin anew, move the file away": (
        "`quizapp restore` 恢复到某个副本；要重新开始，请把文件移走"
    ),
    "run `quizapp doctor --repair`": "请运行 `quizapp doctor --repair`",
    "it is empty, and there are copies from when it was not": "它是空的，而有它不空时的副本",
    "`quizapp restore` goes back to one of them; to begin anew, delete the file": (
        "`quizapp restore` 恢复到其中之一；要重新开始，请删除文件"
    ),
    "this row cannot be taken over ({said})": "无法采用该行（{said}）",
    "a review cannot be at this time": "复习不可能在这个时间",
    "use a date from {start} to {end}": "请用 {start} 到 {end} 年的日期",
    "{step} is no step": "{step} 不是步长",
    "no day would be left for reviews": "这样没有一天可以复习",
    "{text!r} is neither 2 nor 4": "{text!r} 既不是 2 也不是 4",
    "{value:g} is out of range": "{value:g} 超出范围",
    "{text!r} is no number": "{text!r} 不是数",
    "{text!r} is neither on nor off": "{text!r} 既不是 on 也不是 off",
    "{n} steps are too many": "{n} 个步长太多",
    "the steps {text!r} do not rise": "步长 {text!r} 不是递增的",
    "{text!r} is no whole number": "{text!r} 不是整数",
    "{value} is out of range": "{value} 超出范围",
    "{word!r} is no step": "{word!r} 不是步长",
    "{word} is out of range: what takes days is the scheduler's to say": (
        "{word} 超出范围：以天计的间隔由调度器决定"
    ),
    "{word!r} names no weekday": "{word!r} 不是星期名",
    "{word!r} is out of range": "{word!r} 超出范围",
    "{text!r} is none of {names}": "{text!r} 不是其中之一：{names}",
    "another quizapp is writing to it and does not finish": "另一个 quizapp 正在写入，没有结束",
    "close the other one and try again": "请关闭另一个再试",
    "it is locked": "已被锁定",
    "close other programs that use it and try again": "请关闭正在使用它的其他程序，再试一次",
    "it cannot be written to": "无法写入",
    "make the file and its folder writable for you; nothing has been lost": (
        "请让文件和所在文件夹对你可写；没有丢失任何内容"
    ),
    "the disk is full, so this was not saved": "磁盘已满，因此没有保存",
    "free some space and try again; what was saved before is intact": (
        "请腾出空间再试；之前保存的内容完好"
    ),
    "check its space and health; what was saved before is intact": (
        "请检查磁盘的空间和健康状况；之前保存的内容完好"
    ),
    "it cannot be opened": "无法打开",
    "check that the folder exists and that you may write to it": (
        "请检查文件夹是否存在，以及你是否可以写入"
    ),
    "check that you may read and write it": "请检查你是否可以读写它",
    "it is not a database": "不是数据库",
    "it is damaged": "已损坏",
    "run `quizapp doctor` and see what it says": "请运行 `quizapp doctor` 查看结果",
    "move it away to begin anew": "请把它移走以重新开始",
    "the indexes were made anew": "重新建立了索引",
    "answers, schedules and counts agree": "回答、日程和计数一致",
    "no copy yet": "还没有副本",
    "it is not a copy of quizapp's database": "它不是 quizapp 数据库的副本",
    "belongs to no exercise": "不属于任何练习",
    "is no submission": "不是提交文件",
    "files beside the students' folders need --exercise": "学生文件夹旁边的文件需要 --exercise",
    "0 to 9999": "0 到 9999",
    "0 to 99999": "0 到 99999",
    "0.7 to 0.99": "0.7 到 0.99",
    'times that rise, like "1m 10m", each 1s to 12h, at most 10, or none': (
        '递增的时间，如 "1m 10m"，每个 1s 到 12h，最多 10 个，或 none'
    ),
    "1 to 36500": "1 到 36500",
    "on or off": "on 或 off",
    'weekdays with a share from 0 to 1, like "sat=0.5 sun=0", or none': (
        '星期名和 0 到 1 的比例，如 "sat=0.5 sun=0"，或 none'
    ),
    "course or random": "course 或 random",
    "0 to 2147483647": "0 到 2147483647",
    "1 to 99": "1 到 99",
    "tag or suspend": "tag 或 suspend",
    "2 or 4": "2 或 4",
    "0 to 600": "0 到 600",
    "see {command} --help": "请看 {command} --help",
    "the call is not understood ({message})": "无法理解这次调用（{message}）",
    "there is no option {name}; near it: {near}": "没有选项 {name}；相近的有：{near}",
    "there is no option {name}": "没有选项 {name}",
    "{name} needs its value": "{name} 需要一个值",
    "{name} is missing": "缺少 {name}",
    "{name} must be one of: {choices}": "{name} 只能是：{choices}",
    "{name} must be a whole number from {least} to {most}": (
        "{name} 必须是 {least} 到 {most} 的整数"
    ),
    "{name} must be a whole number from {least}": "{name} 必须是整数，至少为 {least}",
    "{name} must be a whole number": "{name} 必须是整数",
    "there is no such folder or file as {name} says": "{name} 所指的文件夹或文件不存在",
    "{name} must be another kind of file": "{name} 必须是另一种文件",
    "the proof does not hold: {error}": "证明不成立：{error}",
    "the snippet fails: {error}": "代码片段失败：{error}",
    "the answer cannot be worked out: {error}": "无法算出答案：{error}",
    "correct the card or its proof, whichever is wrong": "请改正卡片或它的证明，看哪一个错了",
    "correct `code`; to ask about an error, print it": (
        "请改正 `code`；要问错误信息，就把它打印出来"
    ),
    "correct `answer` or `setup`": "请改正 `answer` 或 `setup`",
    "the answer is no finite number but {value}": "答案不是有限的数，而是 {value}",
    "two options are the same in {language}": "两个选项在 {language} 中相同",
    "let `code` print the answer": "请让 `code` 打印答案",
    "the snippet prints {n} lines": "代码片段打印 {n} 行",
    "let `number` give one, for a tensor by .item()": "请让 `number` 给出一个数，张量用 .item()",
    "the answer is no shape but {value}": "答案不是形状，而是 {value}",
    "narrow `given` so that options always differ": "请缩小 `given`，使选项总是不同",
    "the snippet prints {n} characters on a line": "代码片段一行打印 {n} 个字符",
    "let `shape` give a tuple of sizes": "请让 `shape` 给出各维大小的元组",
    "the answer does not equal itself: {error}": "答案与自身不相等：{error}",
    "print {most} at most: learners type them": "最多打印 {most}：学习者要输入它们",
    "let it be something other than nan": "请让它不是 nan",
    "print what does not depend on random numbers": "请打印不依赖随机数的内容",
    "{file} and seed {seed}": "{file}，种子 {seed}",
    "correct the check": "请改正该检查",
    "this near miss": "这个典型错误",
    "cannot be judged: {what}": "无法评判：{what}",
    "the untouched starter is not called missing but {verdict}": (
        "未改动的起始代码没有被判为 missing，而是 {verdict}"
    ),
    "near miss {name}": "典型错误 {name}",
    "leave something to write": "请留下要写的内容",
    "seed {seed}": "种子 {seed}",
    "add a case to checks.py that tells them apart": "请在 checks.py 中加一个能区分两者的案例",
    "look at it by quizapp check: does it fail where its line `fails:` says?": (
        "请用 quizapp check 查看：它是否在 `fails:` 那行所说之处失败？"
    ),
    "correct the reference, or the check in checks.py": "请改正参考解答，或 checks.py 中的检查",
    "sharpen the check, or correct the line `fails:`": "请让检查更严格，或改正 `fails:` 那行",
    "the reference does not pass {check}: {why}": "参考解答没有通过 {check}：{why}",
    "{near_miss} does not fail {check}": "{near_miss}没有在 {check} 失败",
    "{near_miss} is diagnosed as {name}": "{near_miss}被诊断为 {name}",
    "{near_miss} is not diagnosed": "{near_miss}没有被诊断出来",
    "the picture {file} cannot be shown: {reason}": "图片 {file} 无法显示：{reason}",
    "put the file beside the deck, and name it relative to the deck": (
        "请把文件放在卡组旁边，并用相对于卡组的名称"
    ),
    "the course has no exercise `{slug}`": "课程没有练习 `{slug}`",
    "take another name, for example my-{topic}": "请换一个名称，例如 my-{topic}",
    "note `{id}` has changed there": "笔记 `{id}` 在那里已有改动",
    "note id `{id}` is taken": "笔记 id `{id}` 已被占用",
    "alias `{alias}` is taken": "别名 `{alias}` 已被占用",
    "the file is damaged: {error}": "文件已损坏：{error}",
    "row {row} of {table} refers to a row of {parent} that does not exist": (
        "{table} 的第 {row} 行指向 {parent} 中不存在的行"
    ),
    "the {kind} {name} is {how}": "{kind} {name} {how}",
    "the schedule of {kind} {item} is not what the log says": "{kind} {item} 的日程与日志不符",
    "row {row} of the log does not follow from the row before it": (
        "日志的第 {row} 行与它之前的一行接不上"
    ),
    "the counts of {day} ({kind}) are not what the log says": "{day}（{kind}）的计数与日志不符",
    "missing": "缺失",
    "altered": "被改动",
    "it has no checks": "它没有检查",
    "the snippet prints nothing": "代码片段什么也没有打印",
    "the snippet prints something else at each run": "代码片段每次运行打印的不一样",
    "the starter is a solution already": "起始代码已经是解答",
    "the base's solution solves it, too": "原题的解答也能通过",
    "let it ask for something else": "请让它要求别的内容",
    "is larger than a megabyte": "大于 1 MB",
    "make it smaller": "请把它缩小",
    "is not UTF-8": "不是 UTF-8",
    "make room, or copy your code": "请腾出空间，或复制你的代码",
    "make its folder writable": "请让它所在的文件夹可写",
    "no editor is set": "没有设置编辑器",
    "set it, for example: export EDITOR=nano": "请设置，例如：export EDITOR=nano",
    "this terminal cannot be handed to an editor": "无法把这个终端交给编辑器",
    "edit {path}:{line} elsewhere": "请在别处编辑 {path}:{line}",
    "your file is as it left it": "你的文件就是它留下的样子",
    "cannot be moved ({reason})": "无法移动（{reason}）",
    "{address}: {why}": "{address}：{why}",
    "only files are shown, nothing is fetched from elsewhere": "只显示文件，不从别处获取",
    "it lies outside of the course": "它在课程之外",
    "it is no picture of a kind that can be shown: {kinds}": "不是可以显示的图片类型：{kinds}",
    "it is larger than {size} MB": "大于 {size} MB",
    "it cannot be read": "无法读取",
    "{card} was answered later than that already": "{card} 已经在更晚的时间回答过",
    "quizapp cards {card} --reset first; it must not be flagged or suspended": (
        "请先运行 quizapp cards {card} --reset；它不能有标记，也不能停用"
    ),
    "the course has {topics}": "课程有 {topics}",
    "version {version} is too old": "版本 {version} 太旧",
    "the folder cannot be made ({reason})": "无法建立文件夹（{reason}）",
    "it was written by a newer quizapp (version {version}, this one knows {known})": (
        "它由更新的 quizapp 写成（版本 {version}，这个版本只认识到 {known}）"
    ),
    "a row of it is damaged ({kind}: {error})": "其中一行已损坏（{kind}：{error}）",
}
