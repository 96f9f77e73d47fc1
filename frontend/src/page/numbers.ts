/** Rounds as Python and NumPy do: halves go to the even number. */
export function even(value: number): number {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}
