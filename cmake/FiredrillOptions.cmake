# Compiler settings that every target shares, and the function that makes a folder a target.

add_library(firedrill_options INTERFACE)
# The same scenario and seed must give the same bytes in every build: no contraction to fused multiply-add, no
# -march=native, no fast maths. See tests/cli/determinism.
target_compile_options(firedrill_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                                                   -Wnon-virtual-dtor -Woverloaded-virtual -ffp-contract=off
                                                   -pthread)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12's stable_sort uses get_temporary_buffer, which C++17 deprecates.
  target_compile_options(firedrill_options INTERFACE -Wimplicit-fallthrough -Wno-deprecated-declarations)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 sees uninitialized members in every std::variant that holds a string, and overflows in std::string's own
  # code (GCC bugs 105562, 105329); the sanitizer builds look for the real ones.
  target_compile_options(firedrill_options INTERFACE -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow
                                                     -Wno-stringop-overread -Wno-array-bounds)
endif()
if(FIREDRILL_UNITY)
  find_package(Python3 COMPONENTS Interpreter)  # without it, each file is compiled alone
  if(Python3_Interpreter_FOUND)
    # Itself, not a script that looks for it at each of many calls.
    execute_process(COMMAND ${Python3_EXECUTABLE} -c "import sys; print(sys.executable)" OUTPUT_VARIABLE unity_python
                    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  endif()
  # A unity source is the main file, so g++ takes each file's unnamed namespaces for those of a header.
  target_compile_options(firedrill_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
if(FIREDRILL_WERROR)
  target_compile_options(firedrill_options INTERFACE -Werror)
endif()
if(FIREDRILL_SANITIZE)
  target_compile_options(firedrill_options INTERFACE -fsanitize=${FIREDRILL_SANITIZE} -fno-sanitize-recover=all
                                                     -fno-omit-frame-pointer)
  # g++ takes twice as long for these, and they find little on x86 that the address sanitizer does not; clang's builds
  # (the preset fuzz) have them.
  target_compile_options(firedrill_options INTERFACE
                         $<$<CXX_COMPILER_ID:GNU>:-fno-sanitize=null,alignment,object-size,vptr>)
  target_link_options(firedrill_options INTERFACE -fsanitize=${FIREDRILL_SANITIZE})
endif()
if(FIREDRILL_FUZZ)
  # Every library is instrumented for coverage; only the fuzz targets link libFuzzer's main.
  target_compile_options(firedrill_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_program(MOLD mold)
if(MOLD)
  target_link_options(firedrill_options INTERFACE -fuse-ld=mold)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # pch_defines and time_macros are what ccache needs to be told to cache compilations that use a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_PCH_EXTSUM=true CCACHE_NOHASHDIR=true ${CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  endif()
endif()

# A precompiled header's bytes differ from build folder to build folder though it says the same; ccache takes this checksum
# of what it says instead, so that a fresh checkout finds what another one compiled.
function(firedrill_pch_checksum target)
  file(READ ${CMAKE_SOURCE_DIR}/cmake/precompiled.h content)
  string(SHA256 checksum "${content} ${target} ${CMAKE_CXX_COMPILER_VERSION}")
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${target}.dir/cmake_pch.hxx.gch.sum ${checksum})
endfunction()

# firedrill_sources(VARIABLE NAME FILE...): what a target compiles instead of these files: with FIREDRILL_UNITY, few sources
# that include many of them (cmake/unity_sources.py says how). Files with own compile options stay as they are.
function(firedrill_sources variable name)
  set(together ${ARGN})
  set(apart ${ARGN})
  list(FILTER together EXCLUDE REGEX "/harness/base/version\\.cc$")
  list(FILTER apart INCLUDE REGEX "/harness/base/version\\.cc$")
  if(FIREDRILL_UNITY AND Python3_Interpreter_FOUND)
    # Which names are to be kept apart depends on what the files say.
    set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${together}
                                                               ${CMAKE_SOURCE_DIR}/cmake/unity_sources.py)
    list(TRANSFORM together REPLACE "^${CMAKE_SOURCE_DIR}/" "")
    execute_process(COMMAND ${unity_python} -B ${CMAKE_SOURCE_DIR}/cmake/unity_sources.py ${CMAKE_SOURCE_DIR}
                            ${CMAKE_BINARY_DIR}/unity/${name} ${together}
                    OUTPUT_VARIABLE together OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    string(REPLACE "\n" ";" together "${together}")
  endif()
  set(${variable} ${together} ${apart} PARENT_SCOPE)
endfunction()

# firedrill_library(NAME FOLDER PUBLIC ... PRIVATE ...): all *.cc below FOLDER, except web/ and main.cc.
function(firedrill_library name folder)
  cmake_parse_arguments(ARG "" "" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/(main|.*_main)\\.cc$")
  if(NOT sources)
    return()
  endif()
  firedrill_sources(sources ${name} ${sources})
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR}/harness ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE} firedrill_options)
  if(FIREDRILL_PCH)
    target_precompile_headers(${name} REUSE_FROM precompiled)
  endif()
endfunction()
