// Whole files: read at once, written atomically.
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

// Reads bytes [offset, offset + size).
using ReadBytes = std::function<void(std::size_t offset, char* to, std::size_t size)>;

// Atomic: writes a temporary file beside `path`, syncs it, lets `verify` read it, and renames it to `path`. The old
// file survives any failure. Also removes temporary files of processes that have died.
void write_file(const std::string& path, const std::vector<std::string_view>& parts,
                const std::function<void(const ReadBytes&, std::size_t size)>& verify);

}  // namespace proxnet
