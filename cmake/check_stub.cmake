# Fails if an object needs what is not there before the C library is initialised: a function of
# another object, or an address that the dynamic linker would have to fill in.
execute_process(COMMAND ${READELF} --wide --syms --sections ${OBJECT}
  OUTPUT_VARIABLE told COMMAND_ERROR_IS_FATAL ANY)
if(told MATCHES " UND +([A-Za-z_][A-Za-z_0-9]*)")
  message(FATAL_ERROR "${OBJECT} calls ${CMAKE_MATCH_1}, but runs before the C library")
endif()
if(told MATCHES " (\\.rela?\\.data[^ ]*)")
  message(FATAL_ERROR "${OBJECT} has addresses that are filled in only later (${CMAKE_MATCH_1})")
endif()
