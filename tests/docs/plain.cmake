# Semicolons and brackets would make CMake split the text.
function(plain text out)
  string(REGEX REPLACE "[;]" " " text "${text}")
  string(REPLACE "[" "<" text "${text}")
  string(REPLACE "]" ">" text "${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()
