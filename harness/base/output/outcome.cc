#include "base/output/outcome.h"

#include <cerrno>
#include <cstring>

#include "base/text/format.h"

namespace firedrill::output {
namespace {

Position whole_file(const std::filesystem::path& path) {
  Position position;
  position.source = make_source(path.string(), {});
  return position;
}

std::string_view remedy_for(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "free some space, or write elsewhere";
    case EFBIG:
      return "raise the limit on the size of files (ulimit -f), or write elsewhere";
    case EACCES:
    case EPERM:
    case EROFS:
      return "write elsewhere, or see to it that you may write here";
    case ENOTDIR:
    case EEXIST:
    case EISDIR:
    case ELOOP:
      return "choose another path: files and folders stand in the way of this one";
    default:
      return "write elsewhere";
  }
}

}  // namespace

std::unexpected<Error> refused(const std::filesystem::path& where, std::string what, std::string remedy) {
  return std::unexpected(
      Error{Reason::refused, {{Severity::error, whole_file(where), std::move(what), std::move(remedy)}}});
}

std::unexpected<Error> failed(const std::filesystem::path& where, std::string_view what, int error) {
  return std::unexpected(Error{Reason::failed,
                               {{Severity::error, whole_file(where), format("{}: {}", what, std::strerror(error)),
                                 std::string(remedy_for(error))}}});
}

std::unexpected<Error> interrupted() {
  return std::unexpected(Error{Reason::interrupted, {}});
}

}  // namespace firedrill::output
