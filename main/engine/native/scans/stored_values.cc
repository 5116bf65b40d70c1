#include "stored_values.h"

#include <cstring>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace spectroscope {
namespace {

constexpr bool kMachineIsLittleEndian = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

template <std::size_t kBytes>
using Word = std::conditional_t<
    kBytes == 1, uint8_t,
    std::conditional_t<kBytes == 2, uint16_t, std::conditional_t<kBytes == 4, uint32_t, uint64_t>>>;

inline uint8_t reversed(uint8_t word) { return word; }
inline uint16_t reversed(uint16_t word) { return __builtin_bswap16(word); }
inline uint32_t reversed(uint32_t word) { return __builtin_bswap32(word); }
inline uint64_t reversed(uint64_t word) { return __builtin_bswap64(word); }

template <typename Stored, bool kSwapped>
inline Stored load(const uint8_t* from) {
  Word<sizeof(Stored)> word;
  std::memcpy(&word, from, sizeof word);
  if (kSwapped) word = reversed(word);
  Stored value;
  std::memcpy(&value, &word, sizeof value);
  return value;
}

template <typename Stored, bool kSwapped, bool kScaled>
void decode(const uint8_t* stored, std::size_t count, double slope, double intercept, float* values) {
  for (std::size_t index = 0; index < count; index++) {
    const Stored value = load<Stored, kSwapped>(stored + index * sizeof(Stored));
    values[index] = kScaled ? static_cast<float>(static_cast<double>(value) * slope + intercept) : static_cast<float>(value);
  }
}

struct Choice {
  Decoder decoder;
  std::size_t bytes;
};

template <typename Stored>
Choice choose(bool swapped, bool scaled) {
  constexpr std::size_t kBytes = sizeof(Stored);
  if (swapped) return {scaled ? decode<Stored, true, true> : decode<Stored, true, false>, kBytes};
  return {scaled ? decode<Stored, false, true> : decode<Stored, false, false>, kBytes};
}

Choice choose(int type_code, bool swapped, bool scaled) {
  switch (type_code) {
    case 2:
      return choose<uint8_t>(swapped, scaled);
    case 4:
      return choose<int16_t>(swapped, scaled);
    case 8:
      return choose<int32_t>(swapped, scaled);
    case 16:
      return choose<float>(swapped, scaled);
    // Values of eight bytes are scaled in any case, as in the TypeScript: a negative zero becomes zero.
    case 64:
      return choose<double>(swapped, true);
    case 256:
      return choose<int8_t>(swapped, scaled);
    case 512:
      return choose<uint16_t>(swapped, scaled);
    case 768:
      return choose<uint32_t>(swapped, scaled);
    case 1024:
      return choose<int64_t>(swapped, true);
    case 1280:
      return choose<uint64_t>(swapped, true);
    default:
      throw std::runtime_error("There is no data type " + std::to_string(type_code) + " of scans.");
  }
}

}  // namespace

StoredValues::StoredValues(const uint8_t* stored, const StoredFormat& format)
    : stored_(stored), slope_(format.slope), intercept_(format.intercept) {
  const bool swapped = format.little_endian != kMachineIsLittleEndian;
  const bool scaled = format.slope != 1 || format.intercept != 0;
  const Choice choice = choose(format.type_code, swapped, scaled);
  decode_ = choice.decoder;
  bytes_ = choice.bytes;
  const bool aligned = reinterpret_cast<std::uintptr_t>(stored) % alignof(float) == 0;
  in_place_ = format.type_code == 16 && !swapped && !scaled && aligned;
}

}  // namespace spectroscope
