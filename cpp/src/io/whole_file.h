// Files read whole, and written whole or not at all.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ops/buffer.h"
#include "proxnet/file.h"

namespace proxnet {

// The bytes of a regular file, 64-byte aligned.
Buffer<char> read_file(const std::string& path);

// Reads `size` bytes from `offset` on.
using ReadBytes = std::function<void(std::size_t offset, char* to, std::size_t size)>;

// Writes a new file beside `path`, syncs it, lets `verify` read it again, and renames it to `path`. Whatever fails, the
// old file stays and the new one goes. Removes new files that earlier processes left in the folder when they died.
void write_file(const std::string& path, const std::vector<std::string_view>& parts,
                const std::function<void(const ReadBytes&, std::size_t size)>& verify);

}  // namespace proxnet
