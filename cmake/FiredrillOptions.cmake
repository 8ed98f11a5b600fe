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
if(FIREDRILL_WERROR)
  target_compile_options(firedrill_options INTERFACE -Werror)
endif()
if(FIREDRILL_SANITIZE)
  target_compile_options(firedrill_options INTERFACE -fsanitize=${FIREDRILL_SANITIZE} -fno-sanitize-recover=all
                                                     -fno-omit-frame-pointer)
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

# firedrill_library(NAME FOLDER PUBLIC ... PRIVATE ...): all *.cc below FOLDER, except web/ and main.cc.
function(firedrill_library name folder)
  cmake_parse_arguments(ARG "" "" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/(main|.*_main)\\.cc$")
  if(NOT sources)
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR}/harness ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE} firedrill_options)
  if(FIREDRILL_PCH)
    target_precompile_headers(${name} REUSE_FROM precompiled)
  endif()
endfunction()
