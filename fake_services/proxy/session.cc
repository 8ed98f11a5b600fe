#include "fake_services/proxy/session.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "base/text/format.h"
#include "fake_services/traffic/laws/retransmissions.h"
#include "http/framing.h"
#include "http/loopback.h"

namespace firedrill::fake_services::proxy {

using boost::system::error_code;

namespace {

// Bandwidth is dealt out in pieces of so many seconds.
constexpr double kPieceSeconds = 0.05;
// For which a client that was answered by the proxy may go on sending what nobody reads.
constexpr double kLinger = 1;

bool starts_with_name(std::string_view line, std::string_view name) {
  return line.size() >= name.size() && std::ranges::equal(line.substr(0, name.size()), name, {}, [](char c) {
           return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
         });
}

std::string reply_text(const InjectedReply& reply) {
  std::string text =
      format("HTTP/1.1 {} Injected\r\nContent-Type: application/json\r\nConnection: close\r\n", reply.code);
  if (reply.retry_after_s > 0) text += format("Retry-After: {:.0f}\r\n", reply.retry_after_s);
  const std::string body = "{\"error\":\"injected\"}";
  return text + format("Content-Length: {}\r\n\r\n{}", body.size(), body);
}

}  // namespace

Session::Session(asio::io_context& context, Line& line, asio::ip::tcp::socket client, Gone gone)
    : line_(line),
      client_(std::move(client)),
      backend_(context),
      gone_(std::move(gone)),
      up_(context),
      down_(context) {}

void Session::begin() {
  error_code ignored;
  client_.set_option(asio::ip::tcp::no_delay(true), ignored);
  client_.non_blocking(true, ignored);
  read_client();
}

void Session::heed() {
  if (closed_) return;
  if (line_.faults.blackhole) {
    stopped_ = true;
  } else if (closing_ && !ends_late()) {
    close();
  } else if (stopped_ || (line_.faults.refuse && is_idle())) {
    reset();  // one on which nothing arrived goes on nowhere
  }
}

void Session::reset() {
  if (closed_) return;
  error_code ignored;
  client_.set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

void Session::close() {
  if (closed_) return;
  closed_ = true;
  error_code ignored;
  client_.close(ignored);
  backend_.close(ignored);
  up_.timer.cancel();
  down_.timer.cancel();
  gone_(*this);
}

void Session::read_client() {
  if (closed_) return;
  client_.async_read_some(asio::buffer(up_.piece.get(), Way::kPiece),
                          [self = shared_from_this()](const error_code& error, std::size_t got) {
                            if (self->closed_) return;
                            if (!error) return self->take_from_client(got);
                            if (self->closing_) return self->close();
                            if (error != asio::error::eof || !self->connected_ || self->stopped_) return self->close();
                            error_code ignored;
                            self->backend_.shutdown(asio::socket_base::shutdown_send, ignored);
                          });
}

void Session::take_from_client(std::size_t count) {
  if (stopped_ || closing_) return read_client();
  up_.held.append(up_.piece.get(), count);
  if (is_idle() && !begin_request()) return;
  if (fate_.kind == Fate::Kind::replied) {
    const auto head = http::read_request_head(up_.held);
    const bool more = !head && head.error() == http::HeadFault::incomplete;
    return more ? read_client() : reply();
  }
  if (fate_.close_s > 0 && !asked_to_close_) {
    const auto head = http::read_request_head(up_.held);
    if (!head && head.error() == http::HeadFault::incomplete) return read_client();
    ask_to_close();
  }
  connected_ ? carry(up_, backend_, &Session::read_client) : reach_backend();
}

// False: it goes no further.
bool Session::begin_request() {
  ++line_.counts.requests;
  const bool opens = !asked_;
  asked_ = true;
  answered_ = false;
  answer_bytes_ = 0;
  asked_to_close_ = false;
  if (line_.faults.refuse) {
    reset();
    return false;
  }
  fate_ = draw_fate(line_.faults, drawn_, line_.chance);
  line_.counts.hit += fate_.is_hit() ? 1 : 0;
  const double opens_s = opens && fate_.packet_loss > 0 ? draw_handshake(fate_.packet_loss, line_.chance) : 0;
  up_.wait_s = fate_.wait_to_backend_s + opens_s;
  down_.wait_s = fate_.wait_to_client_s;
  up_.pace = fate_.to_backend;
  down_.pace = fate_.to_client;
  if (fate_.kind == Fate::Kind::reset) {
    reset();
    return false;
  }
  if (fate_.kind == Fate::Kind::silent) {
    stopped_ = true;
    up_.held.clear();
    read_client();
    return false;
  }
  return true;
}

void Session::reply() {
  stopped_ = true;
  down_.held = reply_text(fate_.reply);
  asio::async_write(client_, asio::buffer(down_.held),
                    [self = shared_from_this()](const error_code& error, std::size_t) {
                      if (self->closed_) return;
                      if (error) return self->close();
                      error_code ignored;
                      self->client_.shutdown(asio::socket_base::shutdown_send, ignored);
                      self->after(self->down_, kLinger, [self] { self->close(); });
                      self->read_client();
                    });
}

// The backend says with its answer that it closes, so that the client expects it; what the client says of the
// connection is taken out. A head that is none goes on as it is.
void Session::ask_to_close() {
  asked_to_close_ = true;
  const auto head = http::read_request_head(up_.held);
  if (!head) return;
  std::string asked;
  for (std::string_view rest = std::string_view(up_.held).substr(0, head->size); !rest.empty();) {
    const std::string_view line = rest.substr(0, std::min(rest.size(), rest.find('\n') + 1));
    rest.remove_prefix(line.size());
    if (line == "\r\n" || line == "\n") asked += "Connection: close\r\n";
    if (!starts_with_name(line, "connection:")) asked += line;
  }
  up_.held.replace(0, head->size, asked);
}

void Session::reach_backend() {
  error_code unopened;
  backend_.open(asio::ip::tcp::v4(), unopened);
  if (unopened) return reset();
  http::set_close_on_exec(backend_.native_handle());  // processes are started meanwhile
  const asio::ip::tcp::endpoint to(asio::ip::address_v4::loopback(), line_.backend);
  backend_.async_connect(to, [self = shared_from_this()](const error_code& error) {
    if (self->closed_) return;
    if (error) {
      ++self->line_.counts.unreached;
      return self->reset();
    }
    self->connected_ = true;
    error_code ignored;
    self->backend_.set_option(asio::ip::tcp::no_delay(true), ignored);
    self->backend_.non_blocking(true, ignored);
    self->read_backend();
    self->carry(self->up_, self->backend_, &Session::read_client);
  });
}

void Session::read_backend() {
  if (closed_) return;
  backend_.async_read_some(asio::buffer(down_.piece.get(), Way::kPiece),
                           [self = shared_from_this()](const error_code& error, std::size_t got) {
                             if (self->closed_ || self->stopped_) return;
                             if (!error) return self->take_from_backend(got);
                             error == asio::error::eof ? self->end_in_order() : self->reset();
                           });
}

void Session::take_from_backend(std::size_t count) {
  answered_ = true;
  if (fate_.kind == Fate::Kind::lost) return read_backend();
  const bool is_cut = fate_.kind == Fate::Kind::cut || fate_.kind == Fate::Kind::truncated;
  const std::size_t most = is_cut ? fate_.answer_bytes - std::min(fate_.answer_bytes, answer_bytes_) : count;
  answer_bytes_ += count;
  const std::size_t gone = is_cut || !down_.is_plain() ? 0 : write_at_once(client_, down_.piece.get(), count);
  if (gone == count) return read_backend();
  down_.held.assign(down_.piece.get() + gone, std::min(count, most) - gone);
  const bool ends = is_cut && count >= most;
  if (ends && down_.held.empty()) return answer_ends();
  carry(down_, client_, ends ? &Session::answer_ends : &Session::read_backend);
}

void Session::answer_ends() {
  fate_.kind == Fate::Kind::cut ? reset() : close();
}

// What cannot be is left to who waits for it: an error comes up there, too.
std::size_t Session::write_at_once(asio::ip::tcp::socket& to, const char* from, std::size_t size) {
  error_code unwritten;
  return to.write_some(asio::buffer(from, size), unwritten);
}

void Session::carry(Way& way, asio::ip::tcp::socket& to, Then then) {
  const double wait_s = std::exchange(way.wait_s, 0);
  way.written = 0;
  if (wait_s <= 0) return write_piece(way, to, then);
  after(way, wait_s, [this, &way, &to, then] { write_piece(way, to, then); });
}

void Session::write_piece(Way& way, asio::ip::tcp::socket& to, Then then) {
  if (stopped_) return (this->*then)();
  if (way.is_plain()) {
    way.written += write_at_once(to, way.held.data() + way.written, way.held.size() - way.written);
    if (way.written >= way.held.size()) {
      way.held.clear();
      return (this->*then)();
    }
  }
  const double rate = way.pace.bytes_per_second;
  std::size_t size = way.held.size() - way.written;
  if (way.pace.slice > 0) size = std::min(size, way.pace.slice);
  if (rate > 0) size = std::min(size, std::max<std::size_t>(1, static_cast<std::size_t>(rate * kPieceSeconds)));
  const double pause_s = (rate > 0 ? static_cast<double>(size) / rate : 0) + way.pace.slice_pause_s;
  asio::async_write(
      to, asio::buffer(way.held.data() + way.written, size),
      [self = shared_from_this(), this, &way, &to, then, size, pause_s](const error_code& error, std::size_t) {
        if (closed_) return;
        if (error) return close();
        way.written += size;
        const bool whole = way.written >= way.held.size();
        if (whole) way.held.clear();
        const auto go_on = [this, &way, &to, then, whole] { whole ? (this->*then)() : write_piece(way, to, then); };
        pause_s > 0 ? after(way, pause_s, go_on) : go_on();
      });
}

void Session::after(Way& way, double seconds, std::function<void()> what) {
  way.timer.expires_after(
      std::chrono::duration_cast<asio::steady_timer::duration>(std::chrono::duration<double>(seconds)));
  way.timer.async_wait([self = shared_from_this(), what = std::move(what)](const error_code& error) {
    if (!error && !self->closed_) what();
  });
}

void Session::end_in_order() {
  if (fate_.close_s <= 0 || !ends_late()) return close();
  closing_ = true;
  after(down_, fate_.close_s, [this] { close(); });
}

// Some fault that lets connections end late is still on.
bool Session::ends_late() const {
  const auto is_slow = [](const LineFaults& faults) { return faults.slow_close > 0; };
  return is_slow(line_.faults) || std::ranges::any_of(line_.faults.further, is_slow);
}

}  // namespace firedrill::fake_services::proxy
