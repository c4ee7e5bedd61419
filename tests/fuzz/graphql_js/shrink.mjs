// Makes a failing case small: takes pieces of its texts away as long as it goes on failing.
import { pieces } from './mutate.mjs';

/** fails: of a case, a promise of whether it still does. Gives up growing smaller after so many attempts. */
export async function shrink(found, members, fails, attempts = 3000) {
  let smallest = found;
  let left = attempts;
  const attempt = async (member, list) => {
    left--;
    const smaller = { ...smallest, [member]: list.join('') };
    if (!(await fails(smaller))) return false;
    smallest = smaller;
    return true;
  };
  for (let before = ''; before !== JSON.stringify(smallest) && left > 0;) {
    before = JSON.stringify(smallest);
    for (const member of members) {
      for (let size = pieces(smallest[member]).length >> 1; size >= 1 && left > 0; size >>= 1) {
        for (let at = 0; left > 0;) {
          const list = pieces(smallest[member]);
          if (at >= list.length) break;
          const rest = list.toSpliced(at, size);
          if (!(await attempt(member, rest))) at += size;
        }
      }
    }
  }
  return smallest;
}
