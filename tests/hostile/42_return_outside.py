# expect: syntax
# says: line 4
# says: outside function
return 1
