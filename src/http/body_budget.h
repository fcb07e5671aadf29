// BodyBudget: how much memory the bodies of all requests take together.
//
// Memory is held before it is used. Who finds none free may wait in line: the line is served in its order, so
// that a large body is not overtaken for ever by small ones. How much there is altogether is each request's
// own view, because the configuration may change. A Hold must not outlive its budget. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

namespace paddock::http {

class BodyBudget {
 public:
  // What one body holds; gives it back when it goes.
  class Hold {
   public:
    Hold() = default;
    Hold(Hold&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    Hold& operator=(Hold&& other) noexcept {
      std::swap(budget_, other.budget_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Hold() { release(); }

    std::uint64_t bytes() const { return bytes_; }
    void release();

   private:
    friend class BodyBudget;
    BodyBudget* budget_ = nullptr;
    std::uint64_t bytes_ = 0;
  };

  // One place in the line.
  class Wait {
   public:
    virtual ~Wait() = default;
    // The memory is taken: Hold it with claim(), or it is given back when nobody does. Any thread; must
    // neither block nor call the budget.
    virtual void granted() = 0;
  };

  // Takes `bytes` more for `hold`, if they are free and nobody waits. `total`: of all bodies.
  bool try_take(Hold& hold, std::uint64_t bytes, std::uint64_t total);
  // Gets in line. `wait` is told once, unless leave() comes first.
  void line_up(const std::shared_ptr<Wait>& wait, std::uint64_t bytes, std::uint64_t total);
  // Gets out of the line. False if it has been granted before: then claim() it.
  bool leave(const std::shared_ptr<Wait>& wait);
  // Adds what was granted to `hold`.
  void claim(Hold& hold, std::uint64_t bytes);

  std::uint64_t used() const;

 private:
  struct Place {
    std::shared_ptr<Wait> wait;
    std::uint64_t bytes, total;
  };

  void give_back(std::uint64_t bytes);
  void serve_line();

  mutable std::mutex mutex_;
  std::uint64_t used_ = 0;
  std::list<Place> line_;
};

}  // namespace paddock::http
