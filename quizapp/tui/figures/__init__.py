"""The pages of the statistics screen: figures as lines of text and charts of characters.

Owns what stands on each page; figures come from the engine, charts from `widgets.charts`.
"""
