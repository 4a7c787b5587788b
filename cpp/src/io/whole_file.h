// Files read whole, and written whole or not at all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ops/buffer.h"
#include "proxnet/file.h"

namespace proxnet {

// The bytes of a regular file, 64-byte aligned.
Buffer<char> read_file(const std::string& path);

// A new file beside `path`, synced and then renamed to it; whatever fails, the old file stays and the new one goes.
void write_file(const std::string& path, const std::vector<std::string_view>& parts);

}  // namespace proxnet
