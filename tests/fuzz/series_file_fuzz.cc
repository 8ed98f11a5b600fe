// Any bytes as a series file: read, and what was read written and read again. Bytes behind a valid header are also
// packed first, so that the fuzzer gets past the checksum.
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
  read("firedrill-series 2\n" + tsdb::compress(bytes, 1));
  return 0;
}
