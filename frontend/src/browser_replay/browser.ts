// What this browser is called.

interface Brand {
  brand: string;
  version: string;
}

const PREFERRED = ["Google Chrome", "Microsoft Edge", "Opera", "Chromium"];
const SHORT: Record<string, string> = { "Google Chrome": "Chrome", "Microsoft Edge": "Edge" };

/** Its name and main version, such as "Chrome 149". */
export function browserName(): string {
  const { userAgentData, userAgent } = navigator as Navigator & { userAgentData?: { brands: Brand[] } };
  const brands = userAgentData?.brands ?? [];
  for (const name of PREFERRED) {
    const found = brands.find(({ brand }) => brand === name);
    if (found) return `${SHORT[name] ?? name} ${found.version}`;
  }
  for (const [name, pattern] of [
    ["Firefox", /Firefox\/(\d+)/],
    ["Chrome", /(?:Headless)?Chrome\/(\d+)/],
    ["Safari", /Version\/(\d+).*Safari/],
  ] as const) {
    const version = pattern.exec(userAgent)?.[1];
    if (version) return `${name} ${version}`;
  }
  return "Another browser";
}
