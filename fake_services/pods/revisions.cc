#include "fake_services/pods/revisions.h"

#include <algorithm>

#include "base/text/format.h"
#include "fake_services/pods/pod_identity.h"

namespace firedrill::fake_services {
namespace {

constexpr Duration kBefore = std::chrono::hours(24 * 7);  // how much older the revision before is

// A version that is rolled out again is the same template.
bool same(const Template& a, const Template& b) {
  if (a.former != b.former || a.restart != b.restart) return false;
  if (a.release == nullptr || b.release == nullptr) return a.release == b.release;
  return a.release->version == b.release->version;
}

// Two templates never share a hash, not even where a version is rolled out that runs already.
std::string hash_of(const ServiceSpec& service, const Template& pods) {
  const std::string again = format("{}+", service.version);
  std::string_view version = pods.release != nullptr ? std::string_view(pods.release->version) : service.version;
  if (pods.release != nullptr && version == service.version) version = again;
  return template_hash(service, {version, pods.former ? -1 - pods.restart : pods.restart});
}

}  // namespace

Revisions::Revisions(const ServiceSpec& service, Time created, std::size_t replicas) : service_(&service) {
  ask({.former = true}, created - kBefore);
  ask({}, created);
  all_[current_].wanted = all_[current_].told = replicas;
}

std::size_t Revisions::newest() const {
  std::size_t newest = current_;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (all_[i].there && all_[i].revision > all_[newest].revision) newest = i;
  }
  return newest;
}

void Revisions::ask(const Template& pods, Time t) {
  current_ = find_or_make(pods, t);
  renew(current_);
}

std::size_t Revisions::canary(const Template& pods, Time t) {
  const std::size_t set = find_or_make(pods, t);
  if (all_[set].revision < all_[current_].revision) renew(set);
  return set;
}

void Revisions::restart(Time t) {
  Template pods = all_[current_].pods;
  pods.restart = ++restarts_;
  ask(pods, t);
}

std::optional<std::size_t> Revisions::before() const {
  const std::size_t last = newest();
  std::optional<std::size_t> before;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (i == last || !all_[i].there) continue;
    if (!before || all_[i].revision > all_[*before].revision) before = i;
  }
  return before;
}

std::optional<std::size_t> Revisions::of_revision(std::int64_t revision) const {
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (all_[i].there && all_[i].revision == revision) return i;
  }
  return std::nullopt;
}

void Revisions::clean_up(std::int64_t limit) {
  const std::size_t last = newest();
  std::vector<std::size_t> idle;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (all_[i].there && all_[i].wanted == 0 && i != last && i != current_) idle.push_back(i);
  }
  std::ranges::sort(idle, {}, [this](std::size_t i) { return all_[i].revision; });
  for (std::size_t i = 0; i < idle.size() && static_cast<std::int64_t>(idle.size() - i) > limit; ++i) {
    all_[idle[i]].there = false;
  }
}

std::size_t Revisions::find_or_make(const Template& pods, Time t) {
  const auto known = std::ranges::find_if(all_, [&](const ReplicaSet& set) { return same(set.pods, pods); });
  const auto index = static_cast<std::size_t>(known - all_.begin());
  if (known == all_.end()) {
    all_.push_back({.pods = pods, .name = format("{}-{}", service_->name, hash_of(*service_, pods)), .created = t});
    return index;
  }
  known->pods.release = pods.release;
  if (!known->there) {  // it is made anew, under the same name
    known->there = true;
    known->created = t;
    known->generation = 1;
    known->revision = 0;
  }
  return index;
}

void Revisions::renew(std::size_t set) {
  if (all_[set].revision == last_revision_ && last_revision_ != 0) return;
  all_[set].revision = ++last_revision_;
}

}  // namespace firedrill::fake_services
