// Hears a run for whoever works it: keeps what reaches people, and nothing else. What only the scenario knows (faults,
// phases, incidents, expectations) goes by unheard.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "console/observation.h"
#include "events/sink.h"

namespace firedrill::console {

// A value: a branch has a copy.
class Sight final : public events::Sink {
 public:
  // Of the warm-up nothing is news. Requests are those of these services, by their index in the topology.
  Sight(Time from, std::vector<std::size_t> entry_points) : from_(from), entry_points_(std::move(entry_points)) {}

  void on_event(events::Event event) override;
  void on_minute(const events::Minute& minute) override;
  void on_transition(const events::AlertTransition& transition) override;
  void on_notification(const events::Notification& notification, const events::NotificationPayload* payload) override;

  // What the trainee does, as it is done.
  void add(Deed deed);
  void add_note(Message message);
  // What somebody says to the trainee: it is news.
  void hear(Message message);

  const std::vector<Notice>& notices() const { return notices_; }
  const std::vector<Message>& messages() const { return messages_; }
  const std::vector<Deed>& deeds() const { return deeds_; }
  const std::vector<News>& news() const { return news_; }
  // What really happened since then: for scoring.
  double requests() const { return requests_; }
  double lost() const { return lost_; }
  // The names of the alerts that have fired in a page, by which the run knows it.
  const std::vector<std::string>* alerts_of(const std::string& page) const;

 private:
  void tell(Time at, std::string kind, std::string text);
  void note_outcome(const events::Event& event, bool helped);
  void add_alert(const std::string& page, const std::string& alert);

  Time from_;
  std::vector<std::size_t> entry_points_;
  double requests_ = 0;
  double lost_ = 0;
  std::vector<Notice> notices_;
  std::vector<Message> messages_;
  std::vector<Deed> deeds_;
  std::vector<News> news_;
  std::map<std::string, std::vector<std::string>> alerts_;  // by page
};

}  // namespace firedrill::console
