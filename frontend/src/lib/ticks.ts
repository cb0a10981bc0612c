/** Round numbers for the axis of a chart: about `wish` of them, all inside the range. */
export function ticks(from: number, to: number, wish: number): number[] {
  if (!(to > from)) return [from]
  const rough = (to - from) / wish
  const power = 10 ** Math.floor(Math.log10(rough))
  // The nearest by ratio: always the next larger one leaves a single tick on some axes.
  const ratio = rough / power
  const factor = ratio < Math.SQRT2 ? 1 : ratio < Math.sqrt(10) ? 2 : ratio < Math.sqrt(50) ? 5 : 10
  const step = factor * power
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  // Multiplied anew each time, so that errors do not add up; digits beyond those of the step are none of the number's.
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toFixed(digits)))
}
