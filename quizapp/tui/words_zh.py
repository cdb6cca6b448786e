"""The app's own words in Chinese, by the English that stands in the code."""

CHINESE = {
    "now": "现在",
}
