#include "base/zone.h"

#include <date/tz.h>

#include <exception>
#include <map>
#include <memory>
#include <mutex>

#include "base/text/format.h"

namespace firedrill {

struct Zone::Data {
  std::string name;
  const date::time_zone* zone = nullptr;  // null: UTC
};

namespace {

using LocalSeconds = date::local_time<std::chrono::seconds>;

// Go's rules for names (time.LoadLocation): none that leads out of the database's folder.
bool is_sound(std::string_view name) {
  return !name.contains("..") && !name.starts_with('/') && !name.contains('\\') && !name.contains('\0');
}

const date::time_zone* locate(const std::string& name) {
  try {
    return date::locate_zone(name);
  } catch (const std::exception&) {
    return nullptr;
  }
}

bool has_database() {
  return locate("Europe/London") != nullptr;
}

LocalTime civil(Time instant, Duration offset, std::string abbreviation) {
  const date::local_time<Duration> local{instant.time_since_epoch() + offset};
  const auto midnight = date::floor<date::days>(local);
  const date::year_month_day day{midnight};
  return {.year = static_cast<int>(day.year()),
          .month = static_cast<int>(static_cast<unsigned>(day.month())),
          .day = static_cast<int>(static_cast<unsigned>(day.day())),
          .weekday = static_cast<int>(date::weekday{midnight}.c_encoding()),
          .minute_of_day = static_cast<int>(date::floor<std::chrono::minutes>(local - midnight).count()),
          .offset = offset,
          .abbreviation = std::move(abbreviation)};
}

}  // namespace

Zone Zone::utc() {
  static const Data kUtc{.name = "UTC"};
  return Zone(&kUtc);
}

std::expected<Zone, std::string> Zone::find(std::string_view name) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<const Data>, std::less<>> known;
  if (name.empty() || name == "UTC") return utc();
  if (!is_sound(name)) return std::unexpected(format("'{}' is not the name of a time zone", name));
  const std::scoped_lock lock(mutex);
  const auto found = known.find(name);
  if (found != known.end()) return Zone(found->second.get());
  const date::time_zone* zone = locate(std::string(name));
  if (zone == nullptr) {
    if (!has_database()) return std::unexpected("this machine has no database of time zones (package tzdata)");
    return std::unexpected(format("there is no time zone '{}'", name));
  }
  auto data = std::make_unique<const Data>(Data{.name = std::string(name), .zone = zone});
  return Zone(known.emplace(std::string(name), std::move(data)).first->second.get());
}

const std::string& Zone::name() const {
  return data_->name;
}

LocalTime Zone::local(Time instant) const {
  if (data_->zone == nullptr) return civil(instant, {}, "UTC");
  const date::sys_info info = data_->zone->get_info(date::floor<std::chrono::seconds>(instant));
  return civil(instant, info.offset, info.abbrev);
}

Time Zone::instant(int year, int month, int day, int minute_of_day) const {
  const date::local_days midnight{date::year{year} / month / day};
  const LocalSeconds local = LocalSeconds{midnight} + std::chrono::minutes{minute_of_day};
  const Duration offset = data_->zone == nullptr ? Duration{} : Duration{data_->zone->get_info(local).first.offset};
  return Time{Duration{local.time_since_epoch()} - offset};
}

int days_in_month(int year, int month) {
  const date::year_month_day_last last{date::year{year} / month / date::last};
  return static_cast<int>(static_cast<unsigned>(last.day()));
}

}  // namespace firedrill
