#include "base/output/own_names.h"

#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::output {
namespace {

constexpr std::string_view kTemporary = ".firedrill-";

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 10 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string temporary_name(std::int64_t process, int number) {
  return format("{}{}-{}", kTemporary, process, number);
}

std::optional<std::int64_t> maker_of(std::string_view name) {
  if (!name.starts_with(kTemporary)) return std::nullopt;
  name.remove_prefix(kTemporary.size());
  const std::size_t dash = name.find('-');
  if (dash == std::string_view::npos || !is_number(name.substr(0, dash)) || !is_number(name.substr(dash + 1))) {
    return std::nullopt;
  }
  return parse_int(name.substr(0, dash));
}

Outcome<void> check_not_own(const std::filesystem::path& path) {
  std::error_code error;
  // Where the working directory is gone, the path as it is given.
  const std::filesystem::path whole = std::filesystem::absolute(path, error);
  for (const std::filesystem::path& part : error ? path : whole) {
    if (part == kStaging || maker_of(part.string())) {
      return refused(path, format("has '{}' in it, which firedrill calls what it is still writing", part.string()),
                     "name another folder or file");
    }
  }
  return {};
}

}  // namespace firedrill::output
