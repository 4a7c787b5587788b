# All compiler flags that affect arithmetic, and the only -m flags of the project.
# Kernels are compiled once per instruction set. Such an object exports one table per number type and nothing else, has
# no link-time optimisation and no weak symbol: tests/python/repo/test_codebase.py checks this with nm.

# The same bits everywhere: no implicit contraction, no errno, no traps; never -ffast-math, never -march=native.
set(PROXNET_ARITHMETIC_FLAGS -ffp-contract=off -fno-math-errno -fno-trapping-math)
# No exceptions: a function that may throw refers to a weak symbol.
set(PROXNET_KERNEL_FLAGS ${PROXNET_ARITHMETIC_FLAGS} -fno-exceptions -fno-rtti -fno-lto)

if(CMAKE_SIZEOF_VOID_P EQUAL 8 AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  set(PROXNET_INSTRUCTION_SETS avx512 avx2 baseline)  # the longest compilation begins first
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64|ARM64)$")
  set(PROXNET_INSTRUCTION_SETS neon)
else()
  set(PROXNET_INSTRUCTION_SETS baseline)
endif()
set(PROXNET_FLAGS_baseline -O2)  # two thirds of the code of -O3, for CPUs before 2013
set(PROXNET_FLAGS_neon "")
set(PROXNET_FLAGS_avx2 -mavx2 -mfma)
set(PROXNET_FLAGS_avx512 -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx2 -mfma)

# proxnet_add_kernels(target source...): compiles the sources once per instruction set into `target`. runtime/dispatch.cpp
# has the same list of instruction sets.
function(proxnet_add_kernels target)
  foreach(isa IN LISTS PROXNET_INSTRUCTION_SETS)
    set(kernels ${target}_kernels_${isa})
    add_library(${kernels} OBJECT ${ARGN})
    target_compile_features(${kernels} PRIVATE cxx_std_20)
    target_compile_definitions(${kernels} PRIVATE PROXNET_KERNEL_ISA=${isa})
    target_compile_options(${kernels} PRIVATE
      $<$<NOT:$<CONFIG:Debug>>:-O3> ${PROXNET_KERNEL_FLAGS} ${PROXNET_FLAGS_${isa}}
      -Wall -Wextra -Wconversion -Wno-psabi)
    set_target_properties(${kernels} PROPERTIES
      CXX_EXTENSIONS OFF
      CXX_VISIBILITY_PRESET hidden
      VISIBILITY_INLINES_HIDDEN ON
      POSITION_INDEPENDENT_CODE ON
      INTERPROCEDURAL_OPTIMIZATION OFF)
    if(PROXNET_SANITIZE)
      # These checks double the compile time; the address sanitizer finds the same errors.
      target_compile_options(${kernels} PRIVATE -fno-sanitize=null,object-size)
    endif()
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${kernels}>)
  endforeach()
endfunction()
