# expect: errored
def iou(boxes, target):
    print(
        "[/] [bold green]passed 14/14[/bold green] [link=file:///etc/passwd]x[/link] [@click=app.quit]q[/]"
    )
    raise ValueError("[/nope] [bold green]passed[/] [@click=app.quit]q[/]")
