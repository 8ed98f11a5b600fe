// The series file of a record: the samples that charts, queries and exports need, compressed. Same run, same bytes.
//
// A line "firedrill-series 3\n", the length of the directory, the directory as a zstd frame, the length of what the
// record keeps beside the series, that as a frame, and behind it the samples of each series as one frame or several
// (tsdb/codec.h): those that the run compressed on its way stand there as they are. In the directory: the number of
// label texts and each text (length, bytes), sorted; the number of series; and for each series, in the order of their
// labels, the number of labels, the indices of their names and values among the texts, and the length of its frames.
// Numbers are varints, frames have checksums.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "tsdb/store.h"

namespace firedrill::tsdb {

// Whole histories, what the store holds compressed included; a series named twice is written once. Of all the others
// that ever had a sample the labels are written without samples, so that a reader knows what it does not have.
// `beside` is not looked at: read_beside() gives it back.
std::string encode_series(const Store& store, std::span<const SeriesRef> series, std::string_view beside = {});

// What reopen_series() would give of encode_series(), without the file: the whole histories of these series, and of all
// the others that ever had a sample the labels.
Store only(const Store& store, std::span<const SeriesRef> series);

// Whether a series has, or before trimming had, a sample. A series read back that has none was left out.
bool has_samples(const Store& store, SeriesRef series);

// Every frame is checked, and stays where it is until its samples are asked for: the store shares the source. Errors:
// not a series file, another version, cut short, corrupt, more than any record has. Each length and count is checked
// before it is believed.
Result<Store> decode_series(const SourcePtr& source, Budget* budget = nullptr);

// The same for what this very process has encoded, which is not checked again. The store shares the file.
Store reopen_series(const std::shared_ptr<const std::string>& file, Budget* budget = nullptr);

// What the record keeps beside the series. Errors as above, and where it is larger than `limit` bytes.
Result<std::string> read_beside(const SourcePtr& source, std::size_t limit);

}  // namespace firedrill::tsdb
