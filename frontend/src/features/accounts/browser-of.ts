/** `Firefox, Linux`: what a browser calls itself, in two words; `undefined` where none is known. */
export function browserOf(agent: string): string | undefined {
  const first = (names: [sign: RegExp, name: string][]) => names.find(([sign]) => sign.test(agent))?.[1]
  const browser = first([
    [/Edg\//, 'Edge'],
    [/OPR\//, 'Opera'],
    [/Firefox\//, 'Firefox'],
    [/SamsungBrowser\//, 'Samsung Internet'],
    [/Chrome\//, 'Chrome'],
    [/Safari\//, 'Safari'],
  ])
  const system = first([
    [/Android/, 'Android'],
    [/iPhone|iPad/, 'iOS'],
    [/Windows/, 'Windows'],
    [/Mac OS X/, 'macOS'],
    [/Linux/, 'Linux'],
  ])
  return browser && system ? `${browser}, ${system}` : (browser ?? system)
}
