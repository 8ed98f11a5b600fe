// What cannot be made again (a run in real time, what somebody worked) and could not be written where it was to go.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

#include "base/output/manifest.h"
#include "base/output/outcome.h"

namespace firedrill::output {

// Whether so many bytes can be written below this folder, or below the first one above it that is there: they are, as
// far as the file system goes, and are gone again. So nobody waits in vain for what then has no room.
Outcome<void> check_room(const std::filesystem::path& folder, std::int64_t bytes);

// Written as they are into a new folder that this user alone can enter, in the first of these places that has room for
// all of them: $TMPDIR, /tmp, /var/tmp, and /dev/shm, which is memory. The folder; nothing: it is none of them, and
// nothing of it stays.
std::optional<std::filesystem::path> keep_elsewhere(std::span<const File> files);

}  // namespace firedrill::output
