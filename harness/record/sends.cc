#include "record/sends.h"

#include <algorithm>

namespace firedrill::record {

Duration send_spacing(Duration interval, Duration resend_delay) {
  return interval > 0ms ? (resend_delay / interval + 1) * interval : resend_delay;
}

void add_send(SendRecord& record, Time t, bool received) {
  if (!record.stretches.empty()) {
    SendStretch& last = record.stretches.back();
    if (last.received == received && t - last.to <= record.spacing) {
      last.to = t;
      ++last.sends;
      return;
    }
  }
  record.stretches.push_back({t, t, received, 1});
}

std::vector<Silence> silences(std::span<const SendRecord* const> records, Time end) {
  std::vector<SendStretch> heard;
  for (const SendRecord* record : records) {
    std::ranges::copy_if(record->stretches, std::back_inserter(heard), &SendStretch::received);
  }
  std::ranges::sort(heard, {}, &SendStretch::from);
  std::vector<Silence> found;
  if (heard.empty()) return found;
  Time last = heard.front().to;
  for (const SendStretch& stretch : heard) {
    if (stretch.from > last) found.push_back({last, stretch.from});
    last = std::max(last, stretch.to);
  }
  if (last < end) found.push_back({last, end});
  return found;
}

}  // namespace firedrill::record
