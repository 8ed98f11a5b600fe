#include "fake_services/faults/allowances.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <limits>
#include <system_error>

#include "base/clock.h"
#include "base/text/format.h"

namespace firedrill::fake_services {
namespace {

// Descriptors below are those that a process is started with.
constexpr int kFirstDescriptor = 10;

}  // namespace

Allowances::Count* Allowances::map(int descriptor, std::size_t size) {
  void* at = ::mmap(nullptr, size * sizeof(Count), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  return at == MAP_FAILED ? nullptr : static_cast<Count*>(at);
}

std::expected<std::shared_ptr<Allowances>, std::string> Allowances::make(std::size_t faults) {
  const std::size_t size = faults + 1;  // no mapping is empty
  const Descriptor first(::memfd_create("firedrill", MFD_CLOEXEC));
  Descriptor memory(first ? ::fcntl(first.get(), F_DUPFD_CLOEXEC, kFirstDescriptor) : -1);
  Count* counts = nullptr;
  if (memory && ::ftruncate(memory.get(), static_cast<off_t>(size * sizeof(Count))) == 0) {
    counts = map(memory.get(), size);
  }
  if (counts == nullptr) {
    return std::unexpected(format("no memory that processes share: {}", std::generic_category().message(errno)));
  }
  return std::shared_ptr<Allowances>(new Allowances(std::move(memory), counts, size));
}

std::shared_ptr<Allowances> Allowances::of(Descriptor descriptor) {
  struct stat found{};
  if (!descriptor || ::fstat(descriptor.get(), &found) != 0 || !S_ISREG(found.st_mode)) return nullptr;
  const std::size_t size = static_cast<std::size_t>(found.st_size) / sizeof(Count);
  Count* counts = size == 0 ? nullptr : map(descriptor.get(), size);
  if (counts == nullptr) return nullptr;
  return std::shared_ptr<Allowances>(new Allowances(std::move(descriptor), counts, size));
}

Allowances::~Allowances() {
  ::munmap(counts_, size_ * sizeof(Count));
}

void Allowances::grant(std::size_t fault, std::uint64_t n) {
  if (fault >= size_) return;
  Count& count = counts_[fault];
  std::atomic_ref(count.until_s).store(0);
  std::atomic_ref(count.from_s).store(stopwatch_seconds());
  std::atomic_ref(count.granted).store(static_cast<std::int64_t>(n));
  std::atomic_ref(count.left).store(static_cast<std::int64_t>(n));
}

bool Allowances::take(std::size_t fault) {
  if (fault >= size_) return false;
  std::atomic_ref count(counts_[fault].left);
  std::int64_t left = count.load();
  while (left > 0 && !count.compare_exchange_weak(left, left - 1)) {
  }
  if (left == 1) std::atomic_ref(counts_[fault].until_s).store(stopwatch_seconds());
  return left > 0;
}

std::uint64_t Allowances::left(std::size_t fault) const {
  return fault < size_ ? static_cast<std::uint64_t>(std::atomic_ref(counts_[fault].left).load()) : 0;
}

bool Allowances::is_used_up(std::size_t fault) const {
  return fault < size_ && std::atomic_ref(counts_[fault].granted).load() > 0 && left(fault) == 0;
}

std::vector<Allowances::Granted> Allowances::granted() const {
  std::vector<Granted> out;
  for (std::size_t i = 0; i < size_; ++i) {
    if (std::atomic_ref(counts_[i].granted).load() <= 0) continue;
    const double until_s = std::atomic_ref(counts_[i].until_s).load();
    out.push_back({.fault = i,
                   .from_s = std::atomic_ref(counts_[i].from_s).load(),
                   .until_s = until_s > 0 ? until_s : std::numeric_limits<double>::infinity()});
  }
  return out;
}

}  // namespace firedrill::fake_services
