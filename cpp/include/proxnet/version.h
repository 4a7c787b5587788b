// The version: its only home. CMake and pyproject.toml read it from here.
#pragma once

#define PROXNET_VERSION_STRING "0.1.0"
