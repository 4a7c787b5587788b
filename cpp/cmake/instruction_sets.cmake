# Every compiler flag that touches arithmetic, and the only -m flags of the project.
# A kernel object is built once per instruction set; it exports one table per number type and nothing else, stays out
# of link-time optimisation, and holds no weak symbol: tests/python/repo/test_codebase.py asks nm.

# The same bits everywhere: no contraction behind our back, no errno, no traps; never fast-math, never -march=native.
set(PROXNET_ARITHMETIC_FLAGS -ffp-contract=off -fno-math-errno -fno-trapping-math)
# A function that might throw refers to a weak symbol; kernels throw nothing.
set(PROXNET_KERNEL_FLAGS ${PROXNET_ARITHMETIC_FLAGS} -fno-exceptions -fno-rtti -fno-lto)

if(CMAKE_SIZEOF_VOID_P EQUAL 8 AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  set(PROXNET_INSTRUCTION_SETS baseline avx2 avx512)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64|ARM64)$")
  set(PROXNET_INSTRUCTION_SETS neon)
else()
  set(PROXNET_INSTRUCTION_SETS baseline)
endif()
set(PROXNET_FLAGS_baseline "")
set(PROXNET_FLAGS_neon "")
set(PROXNET_FLAGS_avx2 -mavx2 -mfma)
set(PROXNET_FLAGS_avx512 -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx2 -mfma)

# proxnet_add_kernels(target source...): the sources once per instruction set, as objects of `target`. The choice of
# instruction sets is runtime/dispatch.cpp's too.
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
      # These two checks on every access double the minutes that the compiler takes; the address sanitizer sees the same.
      target_compile_options(${kernels} PRIVATE -fno-sanitize=null,object-size)
    endif()
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${kernels}>)
  endforeach()
endfunction()
