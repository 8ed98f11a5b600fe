// Numbers of the bounds' options.
#include <gtest/gtest.h>

#include "cli/bounds.h"

namespace firedrill::cli {
namespace {

TEST(Bounds, ReadBytes) {
  const std::vector<std::pair<std::string, std::optional<std::uint64_t>>> cases = {
      {"0", 0},
      {"1000", 1000},
      {"512MiB", 512ULL << 20},
      {"2GiB", 2ULL << 30},
      {"4GB", 4'000'000'000},
      {"1TiB", 1ULL << 40},
      {"", std::nullopt},
      {"MiB", std::nullopt},
      {"-1", std::nullopt},
      {"1.5GiB", std::nullopt},
      {"2 GiB", std::nullopt},
      {"2gib", std::nullopt},
      {"99999999999999999999", std::nullopt},
      {"9999999999TiB", std::nullopt},
  };
  for (const auto& [text, bytes] : cases) EXPECT_EQ(parse_bytes(text), bytes) << text;
}

TEST(Bounds, ReadCounts) {
  const std::vector<std::pair<std::string, std::optional<std::int64_t>>> cases = {
      {"0", 0},
      {"250000", 250'000},
      {"40M", 40'000'000},
      {"2G", 2'000'000'000},
      {"5k", 5000},
      {"1T", 1'000'000'000'000},
      {"1e9", std::nullopt},
      {"M", std::nullopt},
      {"-3", std::nullopt},
      {"99999999999T", std::nullopt},
  };
  for (const auto& [text, count] : cases) EXPECT_EQ(parse_count(text), count) << text;
}

TEST(Bounds, DescribeBytes) {
  EXPECT_EQ(describe_bytes(std::uint64_t{4} << 30), "4 GiB");
  EXPECT_EQ(describe_bytes(std::uint64_t{3} << 29), "1.5 GiB");
  EXPECT_EQ(describe_bytes(std::uint64_t{512} << 20), "512 MiB");
  EXPECT_EQ(describe_bytes(1000), "1000 bytes");
  EXPECT_EQ(describe_bytes((std::uint64_t{1} << 20) - 1), "1048575 bytes");
  EXPECT_EQ(describe_bytes(std::uint64_t{1} << 20), "1 MiB");
  EXPECT_EQ(describe_bytes((std::uint64_t{1} << 30) - 1), "1023 MiB");
  EXPECT_EQ(describe_bytes(std::uint64_t{1} << 30), "1 GiB");
}

}  // namespace
}  // namespace firedrill::cli
