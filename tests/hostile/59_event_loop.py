# expect: passed
import asyncio

import torch


async def overlap(boxes, target):
    await asyncio.sleep(0)
    low = torch.maximum(boxes[:, :2], target[:2])
    high = torch.minimum(boxes[:, 2:], target[2:])
    return (high - low).clamp(min=0).prod(1)


def iou(boxes, target):
    shared = asyncio.run(overlap(boxes, target))
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / (areas + (target[2:] - target[:2]).prod() - shared)
