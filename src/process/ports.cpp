#include "paddock/process/ports.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "port/ip_address.h"
#include "port/port_owner.h"

namespace paddock::process {

namespace {

constexpr int kLastPort = 65535;
const IpAddress* const kWhereServersListen[] = {&kLoopbackV4, &kAnyV4, &kAnyV6};

bool nobody_listens(int port) {
  return std::all_of(std::begin(kWhereServersListen), std::end(kWhereServersListen),
                     [&](const IpAddress* address) {
                       const BindResult result = try_bind(*address, port);
                       return result == BindResult::kFree || result == BindResult::kNotOurs;
                     });
}

}  // namespace

Ports::Ports(int first, Probe probe) : next_(first), probe_(probe ? std::move(probe) : nobody_listens) {}

void Ports::reserve(const ModelId& model) {
  if (held_.count(model) != 0) return;
  while (held_by_other(model, next_)) ++next_;
  held_[model] = next_++;
}

int Ports::usual(const ModelId& model) {
  reserve(model);
  return held_[model];
}

std::optional<int> Ports::take(const ModelId& model) {
  reserve(model);
  int& held = held_[model];
  for (int port = held; port <= kLastPort; ++port) {
    if (held_by_other(model, port) || !probe_(port)) continue;
    held = port;
    return port;
  }
  return std::nullopt;
}

void Ports::pass_over(const ModelId& model) {
  reserve(model);
  ++held_[model];
}

bool Ports::held_by_other(const ModelId& model, int port) const {
  return std::any_of(held_.begin(), held_.end(),
                     [&](const auto& entry) { return entry.second == port && entry.first != model; });
}

std::string port_user(int port) { return taker(Proc(), port); }

}  // namespace paddock::process
