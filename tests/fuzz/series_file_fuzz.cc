// Any bytes as a series file: read, and what was read written and read again. The bytes are also packed, the first of
// them saying how many are the directory and the rest being one series' samples, so that the fuzzer gets past the
// checksums.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "tsdb/codec.h"
#include "tsdb/series_file.h"

namespace {

using namespace firedrill;

void read(std::string bytes) {
  const auto store = tsdb::decode_series(make_source("fuzz", std::move(bytes)));
  if (!store) {
    if (store.error().empty()) std::abort();
    return;
  }
  std::vector<tsdb::SeriesRef> all(store->series_count());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<tsdb::SeriesRef>(i);
  const std::string written = tsdb::encode_series(*store, all);
  const auto again = tsdb::decode_series(make_source("again", written));
  if (!again || tsdb::encode_series(*again, all) != written) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  read(bytes);
  if (bytes.empty()) return 0;
  const std::size_t length = std::min<std::size_t>(static_cast<unsigned char>(bytes[0]), bytes.size() - 1);
  const std::string directory = tsdb::compress(bytes.substr(1, length), 1);
  std::string file = "firedrill-series 2\n";
  tsdb::put_varint(file, directory.size());
  read(file + directory + tsdb::compress(bytes.substr(1 + length), 1));
  return 0;
}
