# What all of Kith's targets share: warnings, sanitizers, and the two shapes of a
# target, a layer and a unit test.

add_library(kith_flags INTERFACE)
target_compile_definitions(kith_flags INTERFACE _GNU_SOURCE KITH_VERSION="${PROJECT_VERSION}")
target_compile_options(kith_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
	-Wsign-conversion -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wvla
	-Wwrite-strings -Wpointer-arith -Wundef -Wno-overlength-strings -Werror
	-fno-omit-frame-pointer -fvisibility=hidden)
if(KITH_SANITIZE)
	target_compile_options(kith_flags INTERFACE -fsanitize=${KITH_SANITIZE} -fno-sanitize-recover=all)
	target_link_options(kith_flags INTERFACE -fsanitize=${KITH_SANITIZE})
else()
	target_compile_options(kith_flags INTERFACE $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2 -fstack-protector-strong>)
endif()
if(KITH_COVERAGE)
	target_compile_options(kith_flags INTERFACE --coverage)
	target_link_options(kith_flags INTERFACE --coverage)
endif()
if(KITH_FUZZ)
	target_compile_options(kith_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# kith_layer(<name> SOURCES <c files> USES <targets>): one layer of src/LAYERS as its own
# static library, which links only what lies below it.
function(kith_layer name)
	cmake_parse_arguments(ARG "" "" "SOURCES;USES" ${ARGN})
	add_library(kith_${name} STATIC ${ARG_SOURCES})
	target_include_directories(kith_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
	target_link_libraries(kith_${name} PUBLIC ${ARG_USES} PRIVATE kith_flags)
endfunction()

# kith_unit_test(<layer>/<noun> USES <targets>): tests/unit/<layer>/test_<noun>.c as a program.
function(kith_unit_test path)
	cmake_parse_arguments(ARG "" "" "USES" ${ARGN})
	get_filename_component(layer ${path} DIRECTORY)
	get_filename_component(noun ${path} NAME)
	set(target test_${layer}_${noun})
	add_executable(${target} ${PROJECT_SOURCE_DIR}/tests/unit/${layer}/test_${noun}.c)
	target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
	target_link_libraries(${target} PRIVATE ${ARG_USES} kith_${layer} PkgConfig::CMOCKA kith_flags)
	set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/unit)
endfunction()
