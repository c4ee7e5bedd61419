// Chance that can be repeated: the same seed draws the same again.

export class Chance {
  constructor(seed) {
    this.state = (seed * 2654435761) >>> 0;
  }

  /** A number from 0 up to, not including, n (mulberry32). */
  below(n) {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  }

  /** True percent times in a hundred. */
  happens(percent) {
    return this.below(100) < percent;
  }

  between(least, most) {
    return least + this.below(most - least + 1);
  }

  one(list) {
    return list[this.below(list.length)];
  }

  /** Some of a list, in its order. */
  some(list, percent) {
    return list.filter(() => this.happens(percent));
  }

  times(least, most, make) {
    return Array.from({ length: this.between(least, most) }, (_, i) => make(i));
  }
}
