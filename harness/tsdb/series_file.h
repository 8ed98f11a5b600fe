// The series file of a record: the samples that charts, queries and exports need, compressed. Same samples, same bytes.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "base/result.h"
#include "tsdb/store.h"

namespace firedrill::tsdb {

// The file's bytes: a magic number and version, then labels, times (delta of delta) and values (XOR), in the order of
// the labels, as one zstd frame. Written single-threaded at a fixed level.
std::string encode_series(const Store& store, std::span<const SeriesRef> series);

// Errors: not a series file, a newer version, cut short, corrupt (each length is checked before it is believed).
Result<Store> decode_series(const SourcePtr& source);

}  // namespace firedrill::tsdb
