#include "fake_services/proxy/relay.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "base/clock.h"
#include "http/loopback.h"

namespace firedrill::fake_services::proxy {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// That are kept of what a client sends while there is no way on yet.
constexpr std::size_t kMostHeld = 256 * 1024;
constexpr int kContinue = 100;
constexpr int kSwitchingProtocols = 101;
constexpr int kFirstFinal = 200;
constexpr int kFirstError = 400;

}  // namespace

Relay::Relay(asio::io_context& context, asio::ip::tcp::socket client, std::uint16_t backend, AccountKeeper& account,
             Gone gone)
    : client_(std::move(client)), backend_(context), port_(backend), account_(account), gone_(std::move(gone)) {}

void Relay::begin() {
  error_code ignored;
  client_.set_option(asio::ip::tcp::no_delay(true), ignored);
  read_client();
  connect();
}

void Relay::connect() {
  error_code unopened;
  backend_.open(asio::ip::tcp::v4(), unopened);
  if (unopened) return reset();
  http::set_close_on_exec(backend_.native_handle());  // processes are started meanwhile
  const asio::ip::tcp::endpoint to(asio::ip::address_v4::loopback(), port_);
  backend_.async_connect(to, [self = shared_from_this()](const error_code& error) {
    if (self->closed_) return;
    if (error) {
      self->count(error == asio::error::connection_refused ? CallOutcome::refused : CallOutcome::timeout, 0);
      return self->reset();
    }
    self->connected_ = true;
    error_code ignored;
    self->backend_.set_option(asio::ip::tcp::no_delay(true), ignored);
    self->write_backend();
    self->read_backend();
  });
}

// Goes on beside the connecting, so that one is heard of who waits no longer.
void Relay::read_client() {
  if (closed_ || up_.reading || up_.held.size() >= kMostHeld) return;
  up_.reading = true;
  client_.async_read_some(asio::buffer(up_.piece),
                          [self = shared_from_this()](const error_code& error, std::size_t got) {
                            self->up_.reading = false;
                            if (self->closed_) return;
                            if (error) return self->client_is_gone();
                            self->up_.held.append(self->up_.piece.data(), got);
                            if (!self->asked_s_) self->take_request();
                            self->write_backend();
                            self->read_client();
                          });
}

void Relay::write_backend() {
  if (closed_ || !connected_ || up_.writing || up_.held.empty()) return;
  up_.writing = true;
  auto bytes = std::make_shared<std::string>(std::exchange(up_.held, {}));
  asio::async_write(backend_, asio::buffer(*bytes),
                    [self = shared_from_this(), bytes](const error_code& error, std::size_t) {
                      self->up_.writing = false;
                      if (self->closed_ || error) return;  // that it is gone the reader hears
                      self->write_backend();
                      self->read_client();
                    });
}

void Relay::read_backend() {
  if (closed_ || down_.writing) return;
  backend_.async_read_some(asio::buffer(down_.piece),
                           [self = shared_from_this()](const error_code& error, std::size_t got) {
                             if (self->closed_) return;
                             if (error) return self->backend_is_gone(error == asio::error::eof);
                             self->down_.held.assign(self->down_.piece.data(), got);
                             self->take_answer(self->down_.held);
                             self->write_client();
                           });
}

void Relay::write_client() {
  down_.writing = true;
  asio::async_write(client_, asio::buffer(down_.held),
                    [self = shared_from_this()](const error_code& error, std::size_t) {
                      self->down_.writing = false;
                      if (self->closed_) return;
                      error ? self->client_is_gone() : self->read_backend();
                    });
}

void Relay::take_request() {
  asked_s_ = stopwatch_seconds();
  method_ = up_.held.substr(0, up_.held.find(' '));
  head_.clear();
  status_ = 0;
  body_.reset();
}

// Of bytes that come unasked nothing is counted.
void Relay::take_answer(std::string_view bytes) {
  while (asked_s_ && !bytes.empty()) {
    if (!body_) {
      head_ += bytes;
      const auto head = http::read_response_head(head_);
      if (!head && head.error() == http::HeadFault::incomplete) return;
      if (!head || head->status == kSwitchingProtocols) return count(CallOutcome::error, head ? head->status : 0);
      const std::string rest = head_.substr(head->size);
      if (head->status >= kContinue && head->status < kFirstFinal) {
        head_.clear();  // the answer is still to come
        return take_answer(rest);
      }
      status_ = head->status;
      body_ = http::BodyScanner::of_response(*head, method_);
      (void)body_->take(rest);
    } else {
      (void)body_->take(bytes);
    }
    bytes = {};
    if (body_->complete() || body_->malformed()) {
      count(status_ < kFirstError ? CallOutcome::success : CallOutcome::error, status_);
    }
  }
}

void Relay::count(CallOutcome outcome, int code) {
  account_.called(0, outcome, code, asked_s_ ? stopwatch_seconds() - *asked_s_ : 0);
  asked_s_.reset();
}

// Who goes before the answer has come has given up on it.
void Relay::client_is_gone() {
  if (asked_s_) count(CallOutcome::timeout, 0);
  close();
}

void Relay::backend_is_gone(bool in_order) {
  if (asked_s_) {
    const bool whole = in_order && body_ && body_->to_the_end();
    whole ? count(status_ < kFirstError ? CallOutcome::success : CallOutcome::error, status_)
          : count(CallOutcome::reset, 0);
  }
  in_order ? close() : reset();
}

void Relay::reset() {
  if (closed_) return;
  error_code ignored;
  client_.set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

void Relay::close() {
  if (closed_) return;
  closed_ = true;
  error_code ignored;
  client_.close(ignored);
  backend_.close(ignored);
  gone_(*this);
}

}  // namespace firedrill::fake_services::proxy
