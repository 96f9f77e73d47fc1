var Xt=`.classbar {
  display: grid;
  gap: 0.5rem;
}
.class-search {
  width: 100%;
}
.class-buttons {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
  max-height: 11rem;
  padding: 3px;
  overflow-y: auto;
  scrollbar-width: thin;
}
.class-name {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
`;var Jt=`.dialog {
  max-width: none;
  max-height: calc(100dvh - 2rem);
  padding: 1rem;
  border: 1px solid var(--line);
  border-radius: calc(var(--radius) * 1.2);
  background: var(--paper);
  color: var(--ink);
  box-shadow: 0 1rem 3rem rgba(0, 0, 0, 0.3);
}
.dialog::backdrop {
  background: rgba(0, 0, 0, 0.45);
}
`;var R=class extends Error{constructor(t,s,i,r){super(t);this.what=t;this.why=s;this.fix=i;this.status=r}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},ts=new URL("../",import.meta.url),Ai=2e4,Zt="_streamlit_xsrf";function q(n,e={}){let t=new URL(n,ts);for(let[s,i]of Object.entries(e))i!=null&&i!==""&&t.searchParams.set(s,String(i));return t.href}function Mi(){for(let n of document.cookie.split("; "))if(n.startsWith(`${Zt}=`))return n.slice(Zt.length+1);return""}async function Ri(){await fetch(new URL("../_stcore/health",ts),{cache:"no-store"})}function Ci(n,e){try{let{error:t}=JSON.parse(e);if(t.what)return new R(t.what,t.why,t.fix,n)}catch{}return n>=500?new R(`The studio answered with status ${n}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",n):new R(`The studio answered with status ${n}.`,"The server did not say why.","Reload the page and try again.",n)}function Mt(){return new R("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function es(n,e,t){let s={};n!=="GET"&&(s["x-xsrftoken"]=Mi()),t.json!==void 0&&(s["content-type"]="application/json");let i=new AbortController,r=setTimeout(()=>i.abort(),Ai),o=()=>i.abort();t.signal?.addEventListener("abort",o),t.signal?.aborted&&i.abort();let l={method:n,headers:s,credentials:"same-origin",keepalive:t.keepalive??!1,signal:i.signal};t.json!==void 0?l.body=JSON.stringify(t.json):t.body&&(l.body=t.body);try{return await fetch(e,l)}catch(h){throw t.signal?.aborted?h:Mt()}finally{clearTimeout(r),t.signal?.removeEventListener("abort",o)}}async function U(n,e,t={}){let s=await es(n,e,t);if(s.status===403&&n!=="GET"&&(await Ri().catch(()=>{}),s=await es(n,e,t)),!s.ok)throw Ci(s.status,await s.text().catch(()=>""));return s}async function ue(n,e){return await(await U("GET",n,e?{signal:e}:{})).json().catch(()=>Promise.reject(Mt()))}async function H(n,e,t={}){return await(await U("POST",n,{...t,json:e})).json().catch(()=>Promise.reject(Mt()))}function E(n){return n instanceof DOMException&&n.name==="AbortError"}function b(n){return n instanceof R?n:new R("The page could not finish this step.",n instanceof Error?n.message:String(n),"Reload the page; nothing that was saved is lost.",-1)}var ss=`.studio {
  --ink: var(--st-text-color, #31333f);
  --paper: var(--st-background-color, #ffffff);
  --soft: var(--st-secondary-background-color, #f0f2f6);
  --line: var(--st-border-color, rgba(49, 51, 63, 0.2));
  --accent: var(--st-primary-color, #ff4b4b);
  --muted: color-mix(in srgb, var(--ink) 68%, var(--paper));
  --good: var(--st-green-text-color, #158237);
  --warn: var(--st-orange-text-color, #b35300);
  --bad: var(--st-red-text-color, #bd4043);
  --bad-soft: var(--st-red-background-color, rgba(255, 43, 43, 0.09));
  --radius: var(--st-base-radius, 0.5rem);
  box-sizing: border-box;
  width: 100%;
  min-width: 0;
  color: var(--ink);
  font-family: var(--st-font, "Source Sans", sans-serif);
  font-size: 0.95rem;
  line-height: 1.45;
  color-scheme: light;
  container-type: inline-size;
  -webkit-tap-highlight-color: transparent;
}
.studio[data-theme="dark"] {
  color-scheme: dark;
}
.studio *,
.studio *::before,
.studio *::after {
  box-sizing: border-box;
}
.studio p {
  margin: 0;
}
.studio :focus {
  outline: none;
}
.studio :focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}
.studio [hidden] {
  display: none !important;
}
.button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  gap: 0.4rem;
  min-height: 2.5rem;
  padding: 0.25rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: var(--st-button-radius, var(--radius));
  background: var(--paper);
  color: var(--ink);
  font: inherit;
  cursor: pointer;
  touch-action: manipulation;
  transition:
    border-color 0.12s,
    background-color 0.12s,
    color 0.12s;
}
@media (hover: hover) {
  .button:hover:not(:disabled) {
    border-color: var(--accent);
    color: color-mix(in srgb, var(--accent) 80%, var(--ink));
  }
}
.button:active:not(:disabled) {
  background: var(--soft);
}
.button:disabled {
  opacity: 0.45;
  cursor: default;
}
.button.primary {
  border-color: var(--accent);
  background: var(--accent);
  color: var(--on-accent, #ffffff);
  font-weight: 600;
}
.button.primary:hover:not(:disabled) {
  background: color-mix(in srgb, var(--accent) 86%, black);
  color: var(--on-accent, #ffffff);
}
.button.quiet {
  border-color: transparent;
  background: transparent;
}
.button.quiet:hover:not(:disabled) {
  background: var(--soft);
}
.key {
  display: inline-block;
  min-width: 1.45em;
  padding: 0 0.3em;
  border: 1px solid var(--line);
  border-bottom-width: 2px;
  border-radius: 0.3rem;
  background: var(--paper);
  color: var(--muted);
  font-family: var(--st-code-font, monospace);
  font-size: 0.75em;
  line-height: 1.5;
  text-align: center;
}
.key.on-accent {
  border-color: currentColor;
  background: transparent;
  color: inherit;
  opacity: 0.85;
}
.field {
  min-width: 0;
  min-height: 2.4rem;
  padding: 0.35rem 0.6rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--paper);
  color: var(--ink);
  font: inherit;
}
textarea.field {
  width: 100%;
  resize: vertical;
}
.muted {
  color: var(--muted);
}
.small {
  font-size: 0.85rem;
}
.numbers {
  font-variant-numeric: tabular-nums;
}
.bar {
  position: relative;
  height: 0.5rem;
  overflow: hidden;
  border-radius: 1rem;
  background: color-mix(in srgb, var(--ink) 12%, transparent);
}
.bar > div {
  width: 100%;
  height: 100%;
  border-radius: inherit;
  background: var(--accent);
  transform: scaleX(0);
  transform-origin: left;
  transition: transform 0.25s ease-out;
}
.notice {
  padding: 0.75rem 1rem;
  border-left: 3px solid var(--bad);
  border-radius: var(--radius);
  background: var(--bad-soft);
  overflow-wrap: anywhere;
}
.notice-what {
  font-weight: 600;
}
.notice-fix {
  margin-top: 0.25rem !important;
}
.notice-actions {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
  margin-top: 0.6rem;
}
.empty {
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  gap: 0.25rem;
  min-height: 8rem;
  padding: 1.5rem 1rem;
  border: 1px dashed var(--line);
  border-radius: var(--radius);
  color: var(--muted);
  text-align: center;
}
.empty strong {
  color: var(--ink);
  font-weight: 600;
}
.status {
  display: inline-flex;
  align-items: center;
  gap: 0.4rem;
  color: var(--muted);
  font-size: 0.85rem;
}
.status::before {
  content: "";
  flex: none;
  width: 0.5rem;
  height: 0.5rem;
  border-radius: 50%;
  background: currentColor;
}
.status[data-state="saved"] {
  color: var(--good);
}
.status[data-state="offline"],
.status[data-state="refused"] {
  color: var(--warn);
  font-weight: 600;
}
.visually-hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
@media (prefers-reduced-motion: reduce) {
  .studio * {
    transition: none !important;
    animation: none !important;
  }
}
@media (hover: none) {
  .button .key {
    display: none;
  }
}
`;function is(n,e){let t=document.createElement("span");t.style.color=e,n.append(t);let s=getComputedStyle(t).color;t.remove();let i=s.match(/[\d.]+/g)?.map(Number)??[],r=s.startsWith("color(")?255:1;return[(i[0]??0)*r,(i[1]??0)*r,(i[2]??0)*r]}function be([n,e,t]){let s=i=>{let r=i/255;return r<=.04045?r/12.92:((r+.055)/1.055)**2.4};return .2126*s(n)+.7152*s(e)+.0722*s(t)}function Rt(n){let e=be(is(n,"var(--st-background-color, #ffffff)"))<.4;n.dataset.theme=e?"dark":"light";let t=be(is(n,"var(--st-primary-color, #ff4b4b)"));n.style.setProperty("--on-accent",1.05/(t+.05)>=3?"#ffffff":"#111111")}var Ii=50;function rs(n,e){let t=new WeakMap;return s=>{let i=s.parentElement,r=t.get(i);if(r)Rt(r.host),r.instance.update(s);else{let h=document.createElement("style");h.textContent=ss+n;let d=document.createElement("div");d.className="studio",i.append(h,d),Rt(d),r={host:d,style:h,instance:e(d,s),turn:0},t.set(i,r)}let o=r,l=++o.turn;return()=>{setTimeout(()=>{o.turn!==l||o.host.isConnected||(o.instance.dispose(),o.host.remove(),o.style.remove(),t.delete(i))},Ii)}}}function a(n,e={},...t){let s=document.createElement(n);for(let[i,r]of Object.entries(e)){if(r===void 0||r===!1)continue;let o=r===!0&&!i.startsWith("aria-");s.setAttribute(i,o?"":String(r))}return s.append(...t),s}function u(n,e,t={}){let s=a("button",{type:"button",class:"button",...t},n);return s.addEventListener("click",e),s}function p(n,e){n.textContent!==e&&(n.textContent=e)}var Pi=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function w(n){return Pi.format(n)}function v(n,e,t=`${e}s`){return`${w(n)} ${n===1?e:t}`}function ns(n){let e=Math.max(0,Math.round(n));if(e<60)return`${e} s`;let t=Math.floor(e/60);return t<10?`${t} min ${e%60} s`:t<60?`${t} min`:`${Math.floor(t/60)} h ${t%60} min`}function Q(){if(typeof crypto.randomUUID=="function")return crypto.randomUUID();let n=crypto.getRandomValues(new Uint8Array(16));n[6]=(n[6]??0)&15|64,n[8]=(n[8]??0)&63|128;let e=Array.from(n,t=>t.toString(16).padStart(2,"0")).join("");return[8,12,16,20,32].map((t,s,i)=>e.slice(i[s-1]??0,t)).join("-")}function Di(n,...e){let t=a("div",{class:"notice",role:"alert"},a("p",{class:"notice-what"},n.what),a("p",{},n.why),a("p",{class:"notice-fix"},n.fix));return e.length>0&&t.append(a("div",{class:"notice-actions"},...e.map(s=>u(s.label,()=>s.run())))),t}function g(n,e,...t){if(!e){n.firstElementChild&&n.replaceChildren();return}let s=[e.what,e.why,...t.map(i=>i.label)].join(`
`);n.firstElementChild&&n.dataset.content===s||(n.dataset.content=s,n.replaceChildren(Di(e,...t)))}var os=`.tile-list {
  position: relative;
  padding: 3px;
  overflow: hidden auto;
  overscroll-behavior: contain;
  border-radius: var(--radius);
  scrollbar-width: thin;
}
.tile-list:focus-visible {
  outline-offset: 3px;
}
.tile {
  cursor: pointer;
}
.frame {
  position: relative;
  display: grid;
  place-items: center;
  width: var(--side);
  height: var(--side);
  overflow: hidden;
  border-radius: 6px;
  background: #000000;
}
.tile.loading .frame {
  background: var(--soft);
}
.cell {
  background-repeat: no-repeat;
}
.cell.crisp {
  image-rendering: pixelated;
}
.excerpt {
  display: -webkit-box;
  overflow: hidden;
  font-size: 0.9rem;
  line-height: 1.4;
  overflow-wrap: anywhere;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 3;
}
.tile[aria-selected="true"] .frame::after {
  content: "";
  position: absolute;
  inset: 0;
  border: 3px solid var(--accent);
  border-radius: inherit;
  background: color-mix(in srgb, var(--accent) 30%, transparent);
  pointer-events: none;
}
@media (hover: hover) {
  .tile:hover .frame {
    box-shadow: 0 0 0 2px color-mix(in srgb, var(--accent) 45%, transparent);
  }
}
.tile-list:focus .tile.focused .frame,
.tile-list:focus-within .tile.focused .frame {
  box-shadow:
    0 0 0 1px var(--paper),
    0 0 0 3px var(--accent);
}
.band {
  position: absolute;
  top: 0;
  left: 0;
  border: 1px solid var(--accent);
  border-radius: 3px;
  background: color-mix(in srgb, var(--accent) 18%, transparent);
  pointer-events: none;
}
`;var as=`.tools {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.5rem 1rem;
}
.tools .group {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
}
`;var S={classes:[],spans:[],boxes:[]};function me(n){let e=new Map(n.spans.map(t=>[`${t.start} ${t.end} ${t.class_name}`,t]));return{classes:[...new Set(n.classes)].sort(),spans:[...e.values()].sort((t,s)=>t.start-s.start||t.end-s.end||(t.class_name<s.class_name?-1:1)),boxes:n.boxes}}function ls(n,e){return!n||!e?n===e:JSON.stringify(me(n))===JSON.stringify(me(e))}function N(n){return!n||n.classes.length+n.spans.length+n.boxes.length===0}function _(n,e,t={}){return q(`sessions/${encodeURIComponent(n)}${e}`,t)}function te(n,e,t){return ue(_(n,"",{annotator:e}),t)}function hs(n,e,t){return H(_(n,"/next"),e,t?{signal:t}:{})}function ds(n,e,t,s={}){return H(_(n,"/answers"),{annotator:e,ops:t},s)}function fe(n,e,t,s={}){return H(_(n,"/drafts"),{annotator:e,drafts:t},s)}function cs(n,e,t,s,i){return ue(_(n,"/mine",{annotator:e,skip:t,limit:s}),i)}function ps(n,e,t){return H(_(n,"/release"),{annotator:e,items:t},{keepalive:!0})}function us(n,e,t){return H(_(n,"/keys"),{annotator:e,keys:t})}function ms(n,e,t){return ue(_(n,"/review",e),t)}function fs(n,e,t,s={}){return H(_(n,"/reviews"),{reviewer:e,ops:t},s)}function gs(n,e,t,s){return ue(_(n,"/asks",{annotator:e,count:t}),s)}function se(n,e){return q("sprite",{samples:n,ids:e.join(",")})}var Hi=500,Ni=8e3,Bi=[400,404,409,413,422],vs=new Map,Ki=Math.random().toString(36).slice(2,10),V=class n{constructor(e,t){this.name=e;this.options=t;this.limit=t.batch,this.adopt(),addEventListener("online",()=>this.retry()),addEventListener("pagehide",()=>{this.persist(),this.flush(!0)}),this.items.length>0&&(this.state="saving",this.schedule(0))}name;options;state="idle";error=null;reply=null;items=[];refused=[];leaving=0;limit;failures=0;timer;keeping;listeners=new Set;static open(e,t){let s=vs.get(e);if(s)return s;let i=new n(e,t);return vs.set(e,i),i}get waiting(){return[...this.refused,...this.items]}listen(e){return this.listeners.add(e),()=>this.listeners.delete(e)}add(...e){e.length!==0&&(this.items.push(...e),(this.state==="idle"||this.state==="saved")&&(this.state="saving"),this.leaving===0&&this.timer===void 0?this.schedule(this.options.gatherMs):this.keepSoon(),this.changed())}drop(e){let t=this.items.findIndex(i=>i.op_id===e),s=this.refused.findIndex(i=>i.op_id===e);if(s!==-1)this.refused.splice(s,1);else if(t>=this.leaving)this.items.splice(t,1);else return!1;return this.persist(),this.settle(),!0}retry(){this.waiting.length===0||this.leaving>0||(this.items.unshift(...this.refused.splice(0)),this.failures=0,this.state="saving",this.schedule(0),this.changed())}discard(){let e=this.refused.length>0?this.refused.splice(0):this.items.splice(0);return this.error=null,this.persist(),this.settle(),e}keepSoon(){this.keeping??=setTimeout(()=>{this.keeping=void 0,this.persist()},this.options.gatherMs)}schedule(e){clearTimeout(this.timer),this.timer=setTimeout(()=>{this.timer=void 0,this.persist(),this.flush(!1)},e)}async flush(e){if(this.leaving>0||this.items.length===0)return;clearTimeout(this.timer),this.timer=void 0;let t=this.items.slice(0,this.limit);this.leaving=t.length,this.failures===0&&this.refused.length===0&&(this.state="saving");try{let s=await this.options.send(t,e),i=new Set(s.acknowledged);if(i.size===0)throw new R("The studio confirmed nothing of what was sent.","It replied, but named no entry as saved.","Leave the page open: it tries again by itself.",503);this.leaving=0,this.items=this.items.filter(r=>!i.has(r.op_id)),this.reply=s.reply??this.reply,this.failures=0,this.limit=this.options.batch,this.refused.length===0&&(this.error=null),this.items.length>0&&this.schedule(0),this.persist(),this.settle()}catch(s){this.leaving=0,this.failed(b(s),t.length)}}failed(e,t){this.error=e,e.passing?(this.failures+=1,this.state="offline",this.schedule(Math.min(Ni,Hi*2**(this.failures-1)))):Bi.includes(e.status)?t>1?(this.limit=Math.ceil(t/2),this.schedule(0)):(this.refused.push(...this.items.splice(0,1)),this.state="refused",this.items.length>0&&this.schedule(0)):this.state="refused",this.changed()}settle(){this.refused.length>0?this.state="refused":this.items.length===0?(clearTimeout(this.timer),this.timer=void 0,this.error=null,this.state="saved"):(this.state==="offline"||this.state==="refused")&&(this.state="saving"),this.changed()}changed(){for(let e of[...this.listeners])e()}get prefix(){return`studio.outbox:${this.name}:`}adopt(){try{let e=new Map;for(let t of Object.keys(localStorage))if(t.startsWith(this.prefix)){for(let s of JSON.parse(localStorage.getItem(t)??"[]"))e.set(s.op_id,s);localStorage.removeItem(t)}this.items=[...e.values()],this.persist()}catch{}}persist(){try{let e=this.prefix+Ki;this.waiting.length===0?localStorage.removeItem(e):localStorage.setItem(e,JSON.stringify(this.waiting))}catch{}}};var zi=[137,80,78,71,13,10,26,10],Ct=65535,qi=Uint32Array.from({length:256},(n,e)=>{let t=e;for(let s=0;s<8;s+=1)t=t&1?3988292384^t>>>1:t>>>1;return t>>>0});function Ui(n){let e=4294967295;for(let t of n)e=(qi[(e^t)&255]??0)^e>>>8;return(e^4294967295)>>>0}function Vi(n){let e=1,t=0;for(let s of n)e=(e+s)%65521,t=(t+e)%65521;return(t<<16|e)>>>0}function ge(n){return[n>>>24,n>>>16&255,n>>>8&255,n&255]}function Ot(n,e){let t=[...new TextEncoder().encode(n),...e];return[...ge(e.length),...t,...ge(Ui(Uint8Array.from(t)))]}function bs(n,e,t){let s=new Uint8Array((e+1)*t);for(let r=0;r<t;r+=1)s.set(n.subarray(r*e,(r+1)*e),r*(e+1)+1);let i=[120,1];for(let r=0;r<s.length;r+=Ct){let o=s.subarray(r,r+Ct),l=r+Ct>=s.length?1:0,h=o.length;i.push(l,h&255,h>>8,~h&255,~h>>8&255,...o)}return i.push(...ge(Vi(s))),Uint8Array.from([...zi,...Ot("IHDR",[...ge(e),...ge(t),8,0,0,0,0]),...Ot("IDAT",i),...Ot("IEND",[])])}function ws(n){let e="";for(let t of n)e+=String.fromCharCode(t);return btoa(e)}function ys(n,e){let t=new Uint8Array(e*e),s=n.flatMap(k=>k[0]),i=n.flatMap(k=>k[1]);if(s.length===0)return t;let r=Math.min(...s),o=Math.min(...i),l=Math.max(...s)-r,h=Math.max(...i)-o,d=Math.max(l,h),c=Math.max(4,Math.round(256/e)),m=e*c,f=d>0?224/d*(m/256):0,y=k=>m/2+(k-r-l/2)*f,x=k=>m/2+(k-o-h/2)*f,L=Math.max(16/256*m,c)/2,T=new Uint8Array(m*m);for(let[k,P]of n)for(let z=0;z<k.length;z+=1){let pe=Math.max(0,z-1);Wi(T,m,L,y(k[pe]??0),x(P[pe]??0),y(k[z]??0),x(P[z]??0))}return Gi(T,m,c,t,e),t}function Wi(n,e,t,s,i,r,o){let l=r-s,h=o-i,d=l*l+h*h,c=Math.max(0,Math.floor(Math.min(s,r)-t)),m=Math.min(e-1,Math.ceil(Math.max(s,r)+t)),f=Math.max(0,Math.floor(Math.min(i,o)-t)),y=Math.min(e-1,Math.ceil(Math.max(i,o)+t));for(let x=f;x<=y;x+=1)for(let L=c;L<=m;L+=1){let T=L+.5-s,k=x+.5-i,P=d>0?Math.min(1,Math.max(0,(T*l+k*h)/d)):0,z=T-P*l,pe=k-P*h;z*z+pe*pe<=t*t&&(n[x*e+L]=1)}}function Gi(n,e,t,s,i){for(let r=0;r<i;r+=1)for(let o=0;o<i;o+=1){let l=0;for(let h=r*t;h<(r+1)*t;h+=1)for(let d=o*t;d<(o+1)*t;d+=1)l+=n[h*e+d]??0;s[r*i+o]=Math.round(l/(t*t)*255)}}function xs(n,e,t){let s=ys(n,e);return{op:{op_id:Q(),verb:"add",target:"",...t,image:ws(bs(s,e,e)),strokes:n.map(([r,o,l])=>[r.map(Math.round),o.map(Math.round),l])},pixels:s}}function ks(n,e){n.drop(e.op_id)||n.add({...e,op_id:Q(),verb:"remove",target:e.op_id,image:"",strokes:[]})}var we=class{constructor(e){this.outbox=e}outbox;counts={};reply=null;follow(){let{reply:e}=this.outbox;return!e||e===this.reply?!1:(this.reply=e,this.counts=e,!0)}of(e){let t=this.outbox.waiting.filter(s=>s.class_name===e).reduce((s,i)=>s+(i.verb==="add"?1:-1),0);return Math.max(0,(this.counts[e]??0)+t)}};function Ss(n){return V.open(`drawings:${n}`,{batch:1,gatherMs:0,send:async e=>{let t=null;for(let s of e)t=await ji(s)??t;return{acknowledged:e.map(s=>s.op_id),reply:t}}})}async function ji(n){if(n.verb==="remove")try{return(await(await U("DELETE",q(`drawings/${n.target}`))).json()).counts}catch(h){if(h instanceof R&&h.status===404)return null;throw h}let{op_id:e,collection:t,class_name:s,image:i,strokes:r,author:o}=n,l={op_id:e,collection:t,class_name:s,image:i,strokes:r,...o?{author:o}:{}};return(await H(q("drawings"),l)).counts}var Es=`.side {
  display: grid;
  align-content: start;
  gap: 0.75rem;
  min-width: 0;
}
.count-row {
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  justify-content: space-between;
  gap: 0.25rem 1rem;
}
.count {
  font-weight: 600;
  overflow-wrap: anywhere;
}
.recent {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(64px, 1fr));
  gap: 0.5rem;
  margin: 0;
  padding: 0;
  list-style: none;
}
.recent li {
  position: relative;
  min-width: 0;
}
.caption {
  display: block;
  overflow: hidden;
  color: var(--muted);
  font-size: 0.75rem;
  text-align: center;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.button.remove {
  position: absolute;
  top: 2px;
  right: 2px;
  min-height: 0;
  width: 1.6rem;
  height: 1.6rem;
  padding: 0;
  border: 1px solid rgba(255, 255, 255, 0.45);
  border-radius: 50%;
  background: rgba(0, 0, 0, 0.7);
  color: #ffffff;
  line-height: 1;
}
.button.remove:hover:not(:disabled) {
  background: #bd4043;
  color: #ffffff;
}
@media (hover: none) {
  .button.remove {
    width: 2rem;
    height: 2rem;
  }
}
`;var It=null,Ls=null;function ye(n){return n.composedPath()[0]instanceof HTMLButtonElement}function xe(n,e){if(!n.ctrlKey&&!n.metaKey)return null;if(n.code==="KeyZ"&&!n.shiftKey)e.undo();else if(n.code==="Enter")e.submit();else return!1;return!0}function ie(n){let{keyboard:e}=navigator;e&&(Ls??=e.getLayoutMap().then(t=>{It=t}).catch(()=>{}),Ls.then(()=>{It&&n()}))}var Yi={Enter:"Enter",Space:"Space",Tab:"Tab",Escape:"Esc",Backspace:"⌫",Delete:"Del",ArrowLeft:"←",ArrowRight:"→",ArrowUp:"↑",ArrowDown:"↓",PageUp:"PgUp",PageDown:"PgDn",Minus:"-",Equal:"=",Slash:"/",Backslash:"\\",Semicolon:";",Quote:"'",Comma:",",Period:".",BracketLeft:"[",BracketRight:"]",Backquote:"`"};function Pt(n){if(n.startsWith("Digit"))return n.slice(5);if(n.startsWith("Numpad"))return`Num ${n.slice(6)}`;let e=It?.get(n);return e?e.toUpperCase():n.startsWith("Key")?n.slice(3):Yi[n]??n}var Ts=255,Qi=16/256,ke=class{constructor(e,t,s){this.onStart=t;this.onStroke=s;this.canvas=a("canvas",{class:"paper",tabindex:0,role:"img","aria-label":e}),this.canvas.addEventListener("pointerdown",i=>this.down(i)),this.canvas.addEventListener("pointermove",i=>this.move(i)),this.canvas.addEventListener("pointerup",i=>this.up(i)),this.canvas.addEventListener("pointercancel",i=>this.up(i)),this.canvas.addEventListener("touchstart",i=>i.preventDefault(),{passive:!1}),this.observer=new ResizeObserver(()=>this.paint()),this.observer.observe(this.canvas)}onStart;onStroke;canvas;strokes=[];current=null;pointer=null;startedAt=0;observer;get empty(){return this.strokes.length===0&&this.current===null}undo(){this.strokes.pop(),this.paint()}clear(){this.strokes=[],this.current=null,this.pointer=null,this.paint()}finish(){this.current&&(this.pointer=null,this.strokes.push(this.current),this.current=null,this.paint())}dispose(){this.observer.disconnect()}paint(){let e=this.canvas.getBoundingClientRect();if(e.width===0)return;let t=window.devicePixelRatio||1,s=Math.round(e.width*t);(this.canvas.width!==s||this.canvas.height!==s)&&(this.canvas.width=s,this.canvas.height=s);let i=this.canvas.getContext("2d");if(!i)return;i.clearRect(0,0,s,s),i.lineWidth=Qi*s,i.lineCap="round",i.lineJoin="round",i.strokeStyle=getComputedStyle(this.canvas).color;let r=s/Ts;for(let o of this.current?[...this.strokes,this.current]:this.strokes)Xi(i,o,r)}down(e){this.pointer!==null||e.pointerType==="mouse"&&e.button!==0||(e.preventDefault(),this.canvas.focus({preventScroll:!0}),this.canvas.setPointerCapture(e.pointerId),this.pointer=e.pointerId,this.strokes.length===0&&(this.startedAt=e.timeStamp),this.current=[[],[],[]],this.record(e),this.onStart(),this.paint())}move(e){if(e.pointerId!==this.pointer)return;let t=e.getCoalescedEvents?.()??[];for(let s of t.length>0?t:[e])this.record(s);this.paint()}up(e){e.pointerId!==this.pointer||!this.current||(this.finish(),this.onStroke())}record(e){if(!this.current)return;let t=this.canvas.getBoundingClientRect(),s=(d,c,m)=>{let f=Math.min(1,Math.max(0,(d-c)/m));return Math.round(f*Ts*10)/10},i=s(e.clientX,t.left,t.width),r=s(e.clientY,t.top,t.height),[o,l,h]=this.current;o.at(-1)===i&&l.at(-1)===r||(o.push(i),l.push(r),h.push(Math.max(0,Math.round(e.timeStamp-this.startedAt))))}};function Xi(n,[e,t],s){let i=o=>(e[o]??0)*s,r=o=>(t[o]??0)*s;n.beginPath(),n.moveTo(i(0),r(0)),e.length===1&&n.lineTo(i(0),r(0));for(let o=1;o<e.length-1;o+=1){let l=(i(o)+i(o+1))/2,h=(r(o)+r(o+1))/2;n.quadraticCurveTo(i(o),r(o),l,h)}e.length>1&&n.lineTo(i(e.length-1),r(e.length-1)),n.stroke()}function As(n,e,t){let s=a("canvas",{class:"picture",width:e,height:e,role:"img","aria-label":t}),i=new ImageData(e,e);return n.forEach((r,o)=>i.data.set([r,r,r,255],o*4)),s.getContext("2d")?.putImageData(i,0,0),s}var Ms=`.sheet {
  position: relative;
  width: min(100%, var(--side, 320px));
  aspect-ratio: 1;
}
.paper {
  display: block;
  width: 100%;
  height: 100%;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--soft);
  color: var(--ink);
  cursor: crosshair;
  touch-action: none;
  user-select: none;
  -webkit-user-select: none;
}
.paper-hint {
  position: absolute;
  inset: 0;
  display: grid;
  place-items: center;
  padding: 1rem;
  color: var(--muted);
  font-size: 1.1rem;
  text-align: center;
  overflow-wrap: anywhere;
  pointer-events: none;
}
.picture {
  display: block;
  width: 100%;
  aspect-ratio: 1;
  border-radius: calc(var(--radius) * 0.75);
  background: #000000;
  image-rendering: pixelated;
}
`;var W=class{root=a("span",{class:"status",role:"status",hidden:!0});show(e,t){this.root.hidden=e==="idle",this.root.dataset.state!==e&&(this.root.dataset.state=e),p(this.root,Zi(e,t))}};function Zi(n,e){return n==="saving"?"saving…":n==="saved"?"saved":n==="offline"?`offline, ${e} waiting`:n==="refused"?`not saved, ${e} waiting`:""}function re(n,e,t,s){g(n,e.state==="refused"?e.error:null,{label:"Try again",run:()=>e.retry()},{label:`Discard ${t}`,run:s})}var er=100,tr=5,Dt=100,Se=class{constructor(e,t){this.seconds=e;this.over=t;let s=document.createElementNS("http://www.w3.org/2000/svg","svg");s.setAttribute("viewBox","0 0 36 36"),s.setAttribute("aria-hidden","true");let[i,r]=["clock-track","clock-ring"].map(o=>{let l=document.createElementNS("http://www.w3.org/2000/svg","circle"),h={cx:"18",cy:"18",r:"15.9155",pathLength:String(Dt),class:o};for(let[d,c]of Object.entries(h))l.setAttribute(d,c);return s.append(l),l});i.setAttribute("fill","none"),this.ring=r,this.root.append(s,this.number),this.left=e*1e3,this.paint()}seconds;over;root=a("div",{class:"clock",role:"timer","aria-live":"off"});number=a("span",{class:"clock-number numbers"});ring;left;endsAt=0;timer;get running(){return this.timer!==void 0}get begun(){return this.running||this.left<this.seconds*1e3}start(){this.running||(this.endsAt=performance.now()+this.left,this.timer=setInterval(()=>this.tick(),er),this.paint())}hold(){this.running&&(this.left=Math.max(0,this.endsAt-performance.now()),this.stop(),this.paint())}reset(e=this.seconds){this.stop(),this.seconds=e,this.left=e*1e3,this.paint()}dispose(){this.stop()}stop(){clearInterval(this.timer),this.timer=void 0}tick(){if(this.left=Math.max(0,this.endsAt-performance.now()),this.left>0){this.paint();return}this.stop(),this.paint(),this.over()}paint(){let e=Math.ceil(this.left/1e3);p(this.number,String(e));let t=this.left/(this.seconds*1e3);this.ring.style.strokeDasharray=`${t*Dt} ${Dt}`,this.root.dataset.state=this.running&&e<=tr?"last":this.begun?"running":"waiting",this.root.setAttribute("aria-label",`${e} seconds left`)}};var Rs=`.drawing {
  display: grid;
  gap: 1.25rem;
  min-width: 0;
}
.board {
  display: grid;
  gap: 0.7rem;
  width: min(100%, var(--side, 30rem), max(18rem, calc(100svh - 16rem)));
  margin: 0 auto;
}
.board .sheet {
  width: 100%;
}
.board .paper:focus-visible {
  border-color: color-mix(in srgb, var(--accent) 60%, transparent);
  outline: none !important;
}
.ask-row {
  display: flex;
  align-items: center;
  justify-content: space-between;
  gap: 1rem;
  min-height: 3.6rem;
}
.ask-row > div:first-child {
  min-width: 0;
}
.ask {
  margin: 0;
  padding: 0;
  font-size: 1.7rem;
  font-weight: 600;
  line-height: 1.2;
  overflow-wrap: anywhere;
}
.clock {
  position: relative;
  flex: none;
  width: 3.6rem;
  height: 3.6rem;
}
.clock svg {
  width: 100%;
  height: 100%;
  transform: rotate(-90deg);
}
.clock circle {
  fill: none;
  stroke-width: 3;
}
.clock-track {
  stroke: color-mix(in srgb, var(--ink) 12%, transparent);
}
.clock-ring {
  stroke: var(--accent);
  stroke-linecap: butt;
  transition: stroke-dasharray 0.1s linear;
}
.clock-number {
  position: absolute;
  inset: 0;
  display: grid;
  place-items: center;
  font-size: 1.2rem;
  font-weight: 600;
}
.clock[data-state="waiting"] {
  opacity: 0.6;
}
.clock[data-state="last"] .clock-number {
  color: var(--bad);
}
.clock[data-state="last"] .clock-ring {
  stroke: var(--bad);
}
.cover {
  position: absolute;
  inset: 0;
  display: grid;
  align-content: center;
  justify-items: center;
  gap: 0.6rem;
  border-radius: var(--radius);
  background: color-mix(in srgb, var(--paper) 88%, transparent);
  backdrop-filter: blur(6px);
}
.cover strong {
  font-size: 1.3rem;
  font-weight: 600;
}
.board-tools {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
}
.board-tools .button {
  flex: 1 1 auto;
}
.board-tools .primary {
  flex-grow: 3;
}
.drawing .side > div:empty,
.drawing .side > ul:empty {
  display: none;
}
.recent {
  grid-template-columns: repeat(6, minmax(0, 1fr));
  max-width: 30rem;
}
@media (hover: hover) {
  .recent .remove {
    width: 1.35rem;
    height: 1.35rem;
    opacity: 0;
  }
  .recent li:hover .remove,
  .recent .remove:focus-visible {
    opacity: 1;
  }
}
.class-progress {
  display: grid;
  gap: 0.45rem;
  max-height: var(--side, 30rem);
  margin: 0;
  padding: 2px 0.5rem 2px 0;
  overflow-y: auto;
  list-style: none;
  scrollbar-width: thin;
}
.class-progress li {
  display: grid;
  grid-template-columns: minmax(0, 1fr) auto;
  gap: 0.1rem 0.75rem;
}
.class-progress .bar {
  grid-column: 1 / -1;
  height: 0.35rem;
}
.class-progress-name {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.class-progress .asked .class-progress-name {
  font-weight: 600;
}
.class-progress .complete {
  opacity: 0.6;
}
@container (min-width: 700px) {
  .drawing {
    grid-template-columns: minmax(0, 1fr) minmax(15rem, 22rem);
    gap: 2rem;
  }
}
@media (hover: none) {
  .recent {
    grid-template-columns: repeat(4, minmax(0, 1fr));
  }
}
`;var Ee=class{constructor(e,t){this.wanted=t;for(let{name:s,colour:i}of e){let r=a("div"),o=a("span",{class:"numbers muted small"}),l=a("li",{},a("span",{class:"class-progress-name",title:s},s),o,a("div",{class:"bar","aria-hidden":!0},r));r.style.background=i,this.root.append(l),this.rows.set(s,{row:l,number:o,fill:r})}}wanted;root=a("ul",{class:"class-progress","aria-label":"Drawings of each class"});total=a("p",{class:"count"});rows=new Map;paint(e,t){let s=0;for(let[i,{row:r,number:o,fill:l}]of this.rows){let h=e(i);s+=Math.min(h,this.wanted),p(o,`${w(h)} of ${w(this.wanted)}`),l.style.transform=`scaleX(${Math.min(1,h/this.wanted)})`,r.classList.toggle("asked",i===t),r.classList.toggle("complete",h>=this.wanted)}p(this.total,`${w(s)} of ${v(this.rows.size*this.wanted,"drawing")}`)}};function Cs(n,e,t,s){let{class_name:i}=n,r=`drawing of ${i}`;return a("li",{},As(e,t,r),a("span",{class:"caption",title:i},i),u("×",s,{class:"button remove","aria-label":`Remove this ${r}`,title:"Remove"}))}var Os=6,Le=class{constructor(e,t){this.side=e;this.remove=t}side;remove;root=a("ul",{class:"recent","aria-label":"Latest drawings"});drawn=[];get last(){return this.drawn.at(-1)?.op??null}add(e,t){let s=Cs(e,t,this.side,()=>this.remove(e));for(this.root.prepend(s),this.drawn.push({op:e,tile:s});this.root.children.length>Os;)this.root.lastElementChild?.remove()}drop(e){let t=this.drawn.findIndex(i=>i.op.op_id===e.op_id),[s]=t===-1?[]:this.drawn.splice(t,1);s?.tile.remove();for(let{tile:i}of this.drawn.slice(-Os).reverse())i.isConnected||this.root.append(i);return s!==void 0}};var Is={submit:{title:"Submit and go on",code:"Enter"},accept:{title:"Accept the suggestion",code:"Enter"},skip:{title:"Skip",code:"Minus"},unsure:{title:"Not sure",code:"Slash"},comment:{title:"Comment",code:"Semicolon"},back:{title:"Go back",code:"ArrowLeft"},forward:{title:"Go forward",code:"ArrowRight"},clear:{title:"Take the answer away",code:"KeyU"},copy_previous:{title:"Copy from the previous picture",code:"KeyP"},fit:{title:"Fit the picture in",code:"Equal"}},ir=new Set(["submit accept","accept submit"]),_t=new Set(["F1","Escape","Tab","Space","ShiftLeft","ShiftRight","AltLeft","AltRight"]);for(let n of["Left","Right"])_t.add(`Control${n}`),_t.add(`Meta${n}`);function X(n){return`class:${n}`}var $=class{classes=[];own={};codes=new Map;byCode=new Map;constructor(e,t){this.update(e,t)}update(e,t){this.classes=e,this.own={...t},this.codes.clear(),this.byCode.clear();for(let{name:s,key:i}of e){let r=t[X(s)]??i;this.codes.set(X(s),r),r&&this.put(r,{kind:"class",name:s})}for(let[s,{code:i}]of Object.entries(Is)){let r=t[s]??i;this.codes.set(s,r),r&&this.put(r,{kind:"action",action:s})}}get remapped(){return{...this.own}}code(e){return this.codes.get(e)??""}printed(e){let t=this.code(e);return t&&Pt(t)}classOf(e){let t=this.byCode.get(e)?.find(s=>s.kind==="class");return t?.kind==="class"?t.name:null}actionsOf(e){let t=this.byCode.get(e)??[];return t.some(s=>s.kind==="class")?[]:t.flatMap(s=>s.kind==="action"?[s.action]:[])}command(e,t){let{code:s,shiftKey:i,altKey:r}=e,o=e.ctrlKey||e.metaKey;if(s==="F1"||e.key==="?"&&!o)return{kind:"help"};if(r)return null;if(o)return s==="KeyZ"?{kind:i?"redo":"undo"}:s==="KeyY"?{kind:"redo"}:s==="KeyA"?{kind:"all"}:s==="Enter"||s==="NumpadEnter"?{kind:"action",action:"submit"}:s==="Space"?{kind:"action",action:"skip"}:s==="ArrowLeft"?{kind:"action",action:"back"}:s==="ArrowRight"?{kind:"action",action:"forward"}:null;if(s==="Escape")return{kind:"escape"};if(s==="Backspace"||s==="Delete")return{kind:"remove"};if(i)return null;let l=this.classOf(s);if(l!==null)return{kind:"class",name:l};let[h]=this.actionsOf(s==="NumpadEnter"?"Enter":s);return!h||!t&&s.startsWith("Arrow")?null:{kind:"action",action:h}}conflicts(e){let t=this.code(e);return t?[...this.codes].filter(([s,i])=>s!==e&&i===t&&!ir.has(`${e} ${s}`)).map(([s])=>s):[]}static refusal(e){return e?_t.has(e)?`${Pt(e)} has a fixed meaning.`:null:"The browser does not tell which key that is."}names(){let e=this.classes.map(({name:s})=>({name:X(s),title:s})),t=Object.entries(Is).map(([s,{title:i}])=>({name:s,title:i}));return[...e,...t]}put(e,t){let s=this.byCode.get(e);s?s.push(t):this.byCode.set(e,[t])}};var Ps=28,rr=12,nr=4,or=4e3,Te=class{constructor(e,t,s){this.root=e;this.view=s;this.args=t,this.progress=s.progress,this.keys=new $(s.classes,s.keys);let{config:i}=s.session;this.clock=new Se(i.seconds,()=>this.timeOver()),this.paper=new ke("Drawing area",()=>this.started(),()=>this.refresh()),this.classes=new Ee(s.classes,i.drawings),this.skipButton.title=`Ask for something else (${this.keys.printed("skip")})`;for(let[o,l]of[[this.doneButton,"Enter"],[this.skipButton,this.keys.printed("skip")]]){let h=o===this.doneButton?" on-accent":"";o.append(a("kbd",{class:`key${h}`,"aria-hidden":!0},l))}let r=a("div",{class:"sheet"},this.paper.canvas,this.hint,this.cover);this.board=a("div",{class:"board"},a("div",{class:"ask-row"},a("div",{},this.question,this.describing),this.clock.root),r,a("div",{class:"board-tools"},this.undoButton,this.clearButton,this.skipButton,this.pauseButton,this.doneButton)),e.append(a("style",{},Es+Ms+Rs),a("div",{class:"drawing"},a("div",{},this.board,this.finish),a("section",{class:"side","aria-label":"Drawings so far"},a("div",{class:"count-row"},this.classes.total,this.status.root),this.place,this.recent.root,this.classes.root))),e.addEventListener("keydown",this.onKey),document.addEventListener("visibilitychange",this.onHidden),this.outbox=Ss(s.session.config.name),this.tally=new we(this.outbox),this.stopListening=this.outbox.listen(()=>{this.refresh(),this.goOn()}),this.update(t),this.ask()}root;view;args;phase="loading";asked="";ahead=[];progress;asking=null;timer;keys;outbox;tally;stopListening;clock;paper;classes;question=a("h3",{class:"ask","aria-live":"assertive"});describing=a("p",{class:"muted ask-about"});hint=a("p",{class:"paper-hint","aria-hidden":!0});cover=a("div",{class:"cover",hidden:!0});status=new W;place=a("div");recent=new Le(Ps,e=>this.takeBack(e));board;finish=a("div",{class:"empty",hidden:!0});undoButton=u("Undo",()=>this.undo(),{title:"Take back a stroke, or the last drawing (Ctrl+Z)"});clearButton=u("Clear",()=>this.clear(),{title:"Start this drawing again (Escape)"});skipButton=u("Another",()=>this.skip());pauseButton=u("Pause",()=>this.pause(),{title:"Stop the clock"});doneButton=u("Done",()=>this.submit(),{class:"button primary"});onKey=e=>this.key(e);onHidden=()=>{document.hidden&&this.clock.running&&this.pause()};update(e){this.args=e,this.root.style.setProperty("--side",`${e.data.height}px`),this.paper.paint(),this.refresh()}dispose(){this.root.removeEventListener("keydown",this.onKey),document.removeEventListener("visibilitychange",this.onHidden),this.asking?.abort(),clearTimeout(this.timer),this.clock.dispose(),this.paper.dispose(),this.stopListening()}async ask(){if(clearTimeout(this.timer),this.asking)return;let e=new AbortController;this.asking=e;let{session:t,annotator:s}=this.args.data;try{let i=await gs(t,s,rr,e.signal);this.ahead.splice(0,1/0,...i.asks),this.tally.counts=i.counts,this.progress=i.progress,g(this.place,null),this.phase==="loading"||this.phase==="done"&&i.asks.length>0?this.next():this.goOn()}catch(i){if(E(i)||e.signal.aborted)return;let r=b(i);if(r.status===-1)throw i;r.passing?(this.timer=setTimeout(()=>{this.ask()},or),this.phase==="loading"&&this.next()):g(this.place,r,{label:"Try again",run:()=>{this.ask()}})}finally{this.asking===e&&(this.asking=null),e.signal.aborted||this.refresh()}}next(e){let{drawings:t}=this.view.session.config,s=this.view.classes.map(({name:l})=>l).filter(l=>this.tally.of(l)<t).sort((l,h)=>this.tally.of(l)-this.tally.of(h)),r=[...this.ahead.filter(l=>s.includes(l)),...s].filter(l=>l!==this.asked),o=e??r[0]??s[0];if(o!==void 0){let l=this.ahead.indexOf(o);l!==-1&&this.ahead.splice(0,l+1)}this.asked=o??"",this.phase=o===void 0?"done":"ready",this.paper.clear(),this.clock.reset(),this.phase==="done"?this.report():this.ahead.length<nr&&this.ask(),this.refresh(),this.phase==="ready"&&this.paper.canvas.focus({preventScroll:!0})}goOn(){let e=this.tally.of(this.asked)>=this.view.session.config.drawings;this.phase==="ready"&&this.paper.empty&&e&&this.next()}started(){this.phase==="ready"&&this.clock.start(),this.refresh()}timeOver(){this.paper.finish(),this.paper.empty?this.clock.reset():this.submit()}submit(){if(this.phase==="paused")return this.resume();if(this.paper.finish(),this.phase!=="ready"||this.paper.empty)return;let{session:e,annotator:t}=this.args.data,{op:s,pixels:i}=xs(this.paper.strokes,Ps,{collection:e,class_name:this.asked,author:t});this.outbox.add(s),this.recent.add(s,i),this.next()}takeBack(e){this.recent.drop(e)&&(ks(this.outbox,e),this.phase==="done"&&this.next(e.class_name),this.refresh(),this.paper.canvas.focus({preventScroll:!0}))}undo(){if(this.phase==="paused")return;if(!this.paper.empty){this.paper.undo(),this.paper.empty&&this.clock.reset(),this.refresh();return}let{last:e}=this.recent;e&&(this.asked&&this.ahead.unshift(this.asked),this.takeBack(e),this.next(e.class_name))}clear(){this.phase==="ready"&&(this.paper.clear(),this.clock.reset(),this.refresh(),this.paper.canvas.focus({preventScroll:!0}))}skip(){this.phase==="ready"&&this.next()}pause(){this.phase==="ready"&&(this.paper.finish(),this.clock.hold(),this.phase="paused",this.report(),this.refresh(),this.cover.querySelector("button")?.focus({preventScroll:!0}))}resume(){this.phase==="paused"&&(this.phase="ready",this.paper.empty||this.clock.start(),this.refresh(),this.paper.canvas.focus({preventScroll:!0}))}report(){let e=this.view.classes.reduce((t,{name:s})=>t+this.tally.of(s),0);this.args.setStateValue("progress",{...this.progress,drawings:e})}refresh(){this.tally.follow();let{phase:e,paper:t}=this;p(this.question,this.asked?`Draw: ${this.asked}`:"");let s=this.view.classes.find(({name:l})=>l===this.asked)?.description??"";p(this.describing,s),this.describing.hidden=s==="";let i=v(this.view.session.config.seconds,"second");p(this.hint,`You have ${i} from the first stroke.`),this.hint.hidden=!t.empty||e!=="ready",this.board.hidden=e==="done"||e==="loading",this.finish.hidden=e!=="done"&&e!=="loading",this.refreshFinish(),this.refreshCover(),this.undoButton.disabled=e==="paused"||t.empty&&this.recent.last===null,this.clearButton.disabled=e!=="ready"||t.empty,this.skipButton.disabled=e!=="ready"||this.view.classes.length<2,this.pauseButton.disabled=e!=="ready",this.doneButton.disabled=e!=="ready"||t.empty,this.classes.paint(l=>this.tally.of(l),this.asked);let{state:r,waiting:o}=this.outbox;this.status.show(r,o.length),r==="refused"?re(this.place,this.outbox,`${o.length} unsaved`,()=>this.discard()):this.place.dataset.of==="outbox"&&g(this.place,null),this.place.dataset.of=r==="refused"?"outbox":""}discard(){this.outbox.discard(),g(this.place,null),this.ask()}refreshFinish(){if(this.finish.dataset.phase===this.phase)return;this.finish.dataset.phase=this.phase;let e=this.phase==="done";this.finish.replaceChildren(a("strong",{},e?"Everything is drawn":"Looking what is to be drawn…"),a("span",{},e?"Every class has the drawings it needs. Thank you.":"")),e&&this.recent.last&&this.finish.append(u("Take back the last drawing",()=>this.undo()))}refreshCover(){let e=this.phase==="paused";this.cover.hidden!==!e&&(this.cover.hidden=!e,this.cover.replaceChildren(),e&&this.cover.append(a("strong",{},"Paused"),a("span",{class:"muted"},"The clock stands still."),u("Go on",()=>this.resume(),{class:"button primary"})))}key(e){e.stopPropagation(),this.handled(e)&&e.preventDefault()}handled(e){let{code:t}=e,s=xe(e,{undo:()=>this.undo(),submit:()=>this.submit()});if(s!==null)return s;if(e.altKey||e.repeat)return!1;if(t==="Enter"&&!ye(e))this.submit();else if(t==="Escape")this.escape();else if(t==="Delete"||t==="Backspace")this.clear();else if(t===this.keys.code("skip"))this.skip();else return!1;return!0}escape(){this.phase==="paused"?this.resume():this.paper.empty?this.pause():this.clear()}};var Ds=`.tiles {
  display: grid;
  grid-template-columns: repeat(var(--columns), var(--side));
  justify-content: center;
  gap: 6px;
  user-select: none;
  -webkit-user-select: none;
  contain: content;
}
.tiles.texts {
  grid-template-columns: repeat(var(--columns), minmax(0, 1fr));
}
.tile {
  min-width: 0;
  contain: layout style;
}
/* No clip and no opacity a tile: each is a layer, and all are laid out anew where one comes or goes. */
.tile:not(.card) .frame {
  overflow: visible;
}
.tile:not(.card) .cell {
  border-radius: inherit;
}
.tile.loading .cell {
  visibility: hidden;
}
.tile.card .frame {
  display: block;
  width: 100%;
  height: 7.2rem;
  padding: 0.6rem 0.75rem;
  border: 1px solid var(--line);
  background: color-mix(in srgb, var(--soft) 50%, var(--paper));
}
.excerpt {
  -webkit-line-clamp: 4;
}
.tile .name {
  position: absolute;
  right: 0;
  bottom: 0;
  left: 0;
  height: 5px;
  overflow: hidden;
  background: var(--colour, transparent);
  color: #ffffff;
  font-size: 0.68rem;
  font-weight: 600;
  line-height: 15px;
  text-align: center;
  text-overflow: ellipsis;
  white-space: nowrap;
  border-radius: 0 0 6px 6px;
  pointer-events: none;
  visibility: hidden;
}
.tile .name:not(:empty) {
  height: 16px;
  padding: 0 3px;
  background: color-mix(in srgb, var(--colour, #777777) 78%, #000000);
}
.tile.answered .name,
.tile.pending .name {
  visibility: visible;
}
.tile.suggested .name {
  visibility: visible;
  background: color-mix(in srgb, var(--colour, #777777) 38%, #1a1c22);
  font-weight: 500;
}
.tile.answered .cell {
  box-shadow: inset 0 0 0 10rem rgba(0, 0, 0, 0.58);
}
.tile.skipped .cell {
  box-shadow: inset 0 0 0 10rem rgba(0, 0, 0, 0.78);
}
.tile.answered .excerpt {
  color: color-mix(in srgb, var(--ink) 42%, transparent);
}
.tile.skipped .excerpt {
  color: color-mix(in srgb, var(--ink) 22%, transparent);
}
.tile.skipped .name {
  background: rgba(90, 90, 90, 0.85);
}
.tile .frame::after {
  content: "";
  position: absolute;
  inset: 0;
  border-radius: inherit;
  pointer-events: none;
}
.tile.suggested:not([aria-selected="true"]) .frame::after {
  border: 2px dashed color-mix(in srgb, var(--colour, #888888) 70%, transparent);
}
.together .tile[aria-selected="true"] .frame::after {
  border: 2px solid color-mix(in srgb, var(--accent) 55%, transparent);
  background: none;
}
.together .tile[aria-selected="true"].suggested .frame::after {
  border: 2px dashed color-mix(in srgb, var(--colour, #888888) 80%, transparent);
}
.together .tile[aria-selected="false"]:not(.answered) .cell {
  box-shadow: inset 0 0 0 10rem rgba(0, 0, 0, 0.72);
}
.together .tile[aria-selected="false"]:not(.answered) .excerpt {
  color: color-mix(in srgb, var(--ink) 28%, transparent);
}
.tile.unsure .frame::before,
.tile.returned .frame::before {
  content: "?";
  position: absolute;
  top: 2px;
  right: 2px;
  z-index: 1;
  display: grid;
  place-items: center;
  width: 15px;
  height: 15px;
  border-radius: 50%;
  background: #b35300;
  color: #ffffff;
  font-size: 10px;
  font-weight: 700;
}
.tile.returned .frame::before {
  content: "↩";
}
.tile.focused .frame {
  box-shadow:
    0 0 0 1px var(--paper),
    0 0 0 3px color-mix(in srgb, var(--ink) 50%, transparent);
}
.grid-foot {
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  gap: 0 1rem;
  min-height: 1.4em;
}
`;var _s=`.guide {
  width: min(46rem, calc(100vw - 1.5rem));
  padding: 0;
}
.guide-tabs {
  position: sticky;
  top: 0;
  z-index: 1;
  display: flex;
  gap: 0.3rem;
  padding: 0.7rem 1rem;
  border-bottom: 1px solid var(--line);
  background: var(--paper);
}
.guide-tabs .primary {
  margin-left: auto;
}
.tab[aria-selected="true"] {
  background: var(--soft);
  font-weight: 600;
}
.guide > div:empty {
  display: none;
}
.guide-body {
  display: grid;
  gap: 0.8rem;
  padding: 1rem 1.25rem 1.5rem;
}
.guide-body h4 {
  margin: 0.3rem 0 0;
  padding: 0;
  font-size: 1.05rem;
  font-weight: 600;
}
.instructions,
.guide-description {
  overflow-wrap: anywhere;
  white-space: pre-wrap;
}
.guide-classes,
.key-list {
  display: grid;
  gap: 0.7rem;
  margin: 0;
  padding: 0;
  list-style: none;
}
.guide-classes li {
  display: grid;
  gap: 0.3rem;
  padding-left: 0.8rem;
  border-left: 3px solid var(--colour);
}
.guide-class {
  display: flex;
  align-items: center;
  gap: 0.5rem;
}
.guide-description {
  color: var(--muted);
}
.guide-examples {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
}
.guide-examples img {
  width: 4.2rem;
  height: 4.2rem;
  border-radius: 5px;
  background: #000000;
  object-fit: contain;
}
.key-list {
  gap: 0.35rem;
}
.key-list li {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.2rem 0.8rem;
}
.key-title {
  flex: 1;
  min-width: 9rem;
  overflow-wrap: anywhere;
}
.keycap {
  min-width: 5rem;
  min-height: 2.1rem;
  font-variant-numeric: tabular-nums;
}
.keycap.listening {
  border-color: var(--accent);
  color: var(--accent);
}
.conflict {
  flex-basis: 100%;
  color: var(--warn);
}
.look img {
  display: block;
  width: auto;
  height: min(70dvh, 80vw);
  max-width: 90vw;
  margin: 0 auto;
  border-radius: 4px;
  background: #000000;
  object-fit: contain;
}
.look-text {
  width: min(44rem, 86vw);
  max-height: 70dvh;
  overflow-y: auto;
  font-size: 1.1rem;
  line-height: 1.7;
  overflow-wrap: anywhere;
  white-space: pre-wrap;
}
.look-foot {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.5rem;
  margin-top: 0.75rem;
}
.guide-examples .crisp,
.look .crisp {
  image-rendering: pixelated;
}
`;var hr=20,Ae=class{input=a("input",{type:"search",class:"field class-search",placeholder:"Find a class","aria-label":"Find a class",autocomplete:"off"});buttons=new Map;constructor(e){this.input.addEventListener("input",()=>this.filter()),this.input.addEventListener("keydown",t=>{t.stopPropagation(),t.code==="Enter"?e.enter(this.first()):t.code==="Escape"&&e.escape()})}update(e){this.buttons=e,this.input.hidden=e.size<hr,this.filter()}forget(){this.input.value="",this.filter()}filter(){let e=this.input.value.trim().toLowerCase();for(let[t,s]of this.buttons)s.hidden=!t.toLowerCase().includes(e)}first(){for(let[e,t]of this.buttons)if(!t.hidden)return e;return null}};var G="#8a8f98";function D(n,e){return n.find(t=>t.name===e)?.colour||G}function ne(n){let e=Number.parseInt(n.slice(1),16);return be([e>>16,e>>8&255,e&255])>.22?"#111111":"#ffffff"}function Me({name:n,colour:e,description:t},s){let r=u("",s,{class:"button class","aria-pressed":"false",title:t||n});return r.style.setProperty("--colour",e||G),r.append(a("span",{class:"class-dot","aria-hidden":!0}),a("span",{class:"class-name"},n),a("kbd",{class:"key","aria-hidden":!0,hidden:!0})),r}function Re(n,e,t=!1){let s=n.querySelector("kbd");s&&(s.textContent=t?`⇧${e}`:e,s.hidden=e==="",e?n.setAttribute("aria-keyshortcuts",t?`Shift+${e}`:e):n.removeAttribute("aria-keyshortcuts"))}var Ce=class{constructor(e,t,s=()=>{}){this.keys=e;this.choose=t;this.leave=s;this.panel.append(this.search.input,this.buttons),ie(()=>this.paintKeys())}keys;choose;leave;panel=a("div",{class:"classbar"});buttons=a("div",{class:"class-buttons",role:"group","aria-label":"Classes"});search=new Ae({enter:e=>{e!==null&&this.choose(e),this.forget()},escape:()=>this.forget()});made=new Map;shown=new Set;suggested=new Set;update(e){this.made.clear();for(let t of e){let s=Me(t,i=>{this.choose(t.name),i.detail>0&&this.leave()});this.made.set(t.name,s)}this.buttons.replaceChildren(...this.made.values()),this.shown=new Set,this.suggested=new Set,this.paintKeys(),this.search.update(this.made)}mark(e,t=[]){this.shown=this.paint(this.shown,e,(s,i)=>{s.setAttribute("aria-pressed",String(i))}),this.suggested=this.paint(this.suggested,t,(s,i)=>{s.classList.toggle("suggested",i)})}paintKeys(){for(let[e,t]of this.made)Re(t,this.keys.printed(X(e)))}paint(e,t,s){if(e.size===0&&t.length===0)return e;let i=new Set(t);for(let r of e){let o=this.made.get(r);o&&!i.has(r)&&s(o,!1)}for(let r of i){let o=this.made.get(r);o&&!e.has(r)&&s(o,!0)}return i}forget(){this.search.forget(),this.leave()}};var dr=2e3,Oe=class{constructor(e,t){this.work=e;this.closed=t;let s=u("Done",()=>this.close(),{title:"Enter"});this.panel=a("div",{class:"comment",hidden:!0},this.input,s),this.input.addEventListener("input",()=>this.write()),this.input.addEventListener("keydown",i=>{i.stopPropagation(),(i.code==="Escape"||i.code==="Enter"&&!i.shiftKey)&&(i.preventDefault(),this.close())})}work;closed;panel;input=a("textarea",{class:"field",rows:2,maxlength:dr,placeholder:"A word to whoever reviews this","aria-label":"Comment"});items=[];given=new Set;get open(){return!this.panel.hidden}show(e){let[t]=e;t!==void 0&&(this.items=e,this.given=new Set(e.filter(s=>{let{standing:i,pending:r}=this.work.look(s);return i!=="open"&&!r})),this.input.value=this.work.look(t).comment,this.panel.hidden=!1,this.input.focus())}close(){if(!this.open)return;let{items:e}=this;this.panel.hidden=!0;let t=e.filter(s=>this.given.has(s)&&this.work.look(s).pending).map(s=>({item:s,after:{...this.work.look(s),pending:!1}}));this.work.change(t),this.items=[],this.closed(e)}write(){for(let e of this.items)this.work.remark(e,this.input.value)}};var B=6;function Ie(n,e){return Math.max(1,Math.floor((n+B)/(e+B)))}function $s(n,e){let t=e.offsetTop-B,s=e.offsetTop+e.offsetHeight+B-n.clientHeight;t<n.scrollTop?n.scrollTop=t:s>n.scrollTop&&(n.scrollTop=s)}function Hs(n,e,t,s){let r={ArrowLeft:-1,ArrowRight:1,ArrowUp:-t,ArrowDown:t,Home:-s,End:s}[n];if(r===void 0||s===0)return null;let o=e+r;return Math.abs(r)===t&&t>1&&(o<0||o>=s)?e:Math.min(s-1,Math.max(0,o))}var A={standing:"open",value:S,unsure:!1,comment:"",pending:!1};function Ns(n,e){return n.standing===e.standing&&n.unsure===e.unsure&&n.comment===e.comment&&ls(n.value,e.value)}function J({unsure:n,comment:e},t){return{standing:"done",value:t,unsure:n,comment:e,pending:!1}}function Pe({unsure:n,comment:e}){return{standing:"skipped",value:S,unsure:n,comment:e,pending:!1}}function De(n,e){let t=n.standing!=="open"&&!n.pending,s=!e&&n.comment===""&&N(n.value);return{...n,unsure:e,pending:!t&&!s}}function C(n){if(n.standing==="skipped")return"skipped";let{classes:e,spans:t,boxes:s}=n.value,i=[...e];return t.length>0&&i.push(t.length===1?"1 mark":`${t.length} marks`),s.length>0&&i.push(s.length===1?"1 box":`${s.length} boxes`),i.length===0&&n.standing==="done"?"nothing in it":i.join(", ")}function _e(n){return C(J(A,n))}var oe=class{constructor(e,t){this.desk=e;this.retry=t;this.again=u("Ask again",()=>this.retry()),this.empty=a("div",{class:"empty",role:"status"},this.title,this.text,this.again),this.panel.append(this.place,this.empty)}desk;retry;panel=a("div",{class:"ending",hidden:!0});title=a("strong");text=a("span");place=a("div");empty;again;show(e,t,s){if(this.panel.hidden=e===null,e===null)return;this.empty.dataset.state=e,g(this.place,t,{label:"Try again",run:()=>this.retry()}),this.empty.hidden=t!==null;let i=this.desk.work.progress.mine,[r,o]={loading:["Looking for samples…",""],ready:["Looking for samples…",""],waiting:["Others hold what is left","It comes to you if they give it back. This page asks again by itself."],done:["Everything here is done",s||i>0?"Thank you. You can go back through your answers and change them.":"There is nothing for you to answer in this session."],refused:["Nothing more comes",""]}[e];p(this.title,r),p(this.text,o),this.again.hidden=e!=="waiting"&&e!=="done"}};var $e=class{constructor(e,t,s){this.pages=e;this.selected=t;this.together=s;this.root=a("div",{class:"grid-foot"},this.hint,this.position)}pages;selected;together;root;hint=a("span",{class:"muted small hint"});position=a("span",{class:"muted small numbers"});due=!1;refresh(){this.due||(this.due=!0,queueMicrotask(()=>{this.due=!1,this.paint()}))}paint(){let{pages:e}=this,t=e.current.length,s=e.open().length;p(this.hint,t>0?this.words(s):"");let i=`Page ${w(e.number)} · ${w(s)} of ${w(t)} open`,r=e.later>0?` · ${w(e.later)} set aside`:"";p(this.position,t>0?i+r:"")}words(e){let t=this.selected.size;if(e===0)return"Everything on this page is answered. Enter: next page.";if(t===0)return"Press a class. Arrows move, Shift+arrows or dragging selects.";let s=v(t,"sample");if(!this.together)return`${s} selected. Escape clears the selection.`;let i=e-t,r=i>0?`${v(i,"sample")} left out.`:"Click what does not belong.";return`A class answers for ${s}. ${r}`}};var cr=4,He=24,Ne=class{constructor(e,t){this.list=e;this.handlers=t;e.addEventListener("pointerdown",s=>this.down(s))}list;handlers;swallow=!1;ended(){let{swallow:e}=this;return this.swallow=!1,e}down(e){if(this.swallow=!1,this.handlers.press(e),e.pointerType==="touch"||e.button!==0)return;let{list:t}=this,s=t.getBoundingClientRect(),i=e.clientX-s.left+t.scrollLeft,r=e.clientY-s.top+t.scrollTop,o=null,l=d=>{let c=Math.hypot(d.clientX-e.clientX,d.clientY-e.clientY);if(!o){if(c<cr)return;o=a("div",{class:"band"}),t.append(o),t.setPointerCapture(e.pointerId)}d.clientY>s.bottom-He&&(t.scrollTop+=He/2),d.clientY<s.top+He&&(t.scrollTop-=He/2);let m=Math.min(s.right,Math.max(s.left,d.clientX))-s.left,f=Math.min(s.bottom,Math.max(s.top,d.clientY))-s.top,y=Math.min(i,m+t.scrollLeft),x=Math.min(r,f+t.scrollTop),L=Math.abs(i-m-t.scrollLeft),T=Math.abs(r-f-t.scrollTop);o.style.transform=`translate(${y}px, ${x}px)`,o.style.width=`${L}px`,o.style.height=`${T}px`,this.handlers.cover(new DOMRectReadOnly(y,x,L,T))},h=()=>{t.removeEventListener("pointermove",l),t.removeEventListener("pointerup",h),t.removeEventListener("pointercancel",h),o&&(o.remove(),this.swallow=!0,this.handlers.release())};t.addEventListener("pointermove",l),t.addEventListener("pointerup",h),t.addEventListener("pointercancel",h)}};var Be=class{constructor(e,t,s,i=()=>!1){this.list=e;this.tiles=t;this.onChange=s;this.toggling=i;this.band=new Ne(e,{press:r=>{this.touch=r.pointerType==="touch";let o=this.toggling()||r.ctrlKey||r.metaKey||r.shiftKey;this.kept=o?[...this.selected]:[]},cover:r=>this.cover(r),release:()=>this.release()}),e.addEventListener("click",r=>this.click(r))}list;tiles;onChange;toggling;focus=0;selected=new Set;anchor=0;touch=!1;kept=[];band;targets(){return this.selected.size===0?this.tiles().length>0?[this.focus]:[]:[...this.selected].sort((e,t)=>e-t)}reset(e=0){this.selected.clear(),this.focus=e,this.anchor=e,this.onChange()}clear(){this.selected.clear(),this.anchor=this.focus,this.onChange()}all(){this.tiles().forEach((e,t)=>this.selected.add(t)),this.onChange()}toggle(e){this.selected.delete(e)||this.selected.add(e),this.focus=e,this.anchor=e,this.onChange()}move(e,t){if(this.focus=e,t){this.selected.clear();let[s,i]=[Math.min(this.anchor,e),Math.max(this.anchor,e)];for(let r=s;r<=i;r+=1)this.selected.add(r)}else this.anchor=e;this.onChange()}placeOf(e){let t=e.target.closest(".tile");return t?this.tiles().indexOf(t):-1}click(e){if(this.band.ended())return;let t=this.placeOf(e);t===-1?this.toggling()||this.clear():e.shiftKey?this.move(t,!0):this.touch||this.toggling()||e.ctrlKey||e.metaKey?this.toggle(t):(this.selected.clear(),this.move(t,!1))}cover(e){let{list:t}=this,s=t.getBoundingClientRect(),i=s.left-t.scrollLeft,r=s.top-t.scrollTop;this.selected.clear();for(let o of this.kept)this.selected.add(o);this.tiles().forEach((o,l)=>{let h=o.getBoundingClientRect();h.left-i>e.right||h.right-i<e.left||h.top-r>e.bottom||h.bottom-r<e.top||this.selected.add(l)}),this.onChange()}release(){let[e]=this.targets();this.selected.size>0&&e!==void 0&&(this.focus=e,this.anchor=e),this.onChange()}};var $t=16,ae=class n{constructor(e,t,s,i,r){this.url=e;this.columns=t;this.rows=s;this.cellWidth=i;this.cellHeight=r}url;columns;rows;cellWidth;cellHeight;static async load(e,t,s){let i=q("sprite",{samples:e,ids:t.join(",")}),r=await U("GET",i,s?{signal:s}:{}),o=URL.createObjectURL(await r.blob()),l=new Image;l.src=o,await l.decode();let h=Math.min($t,t.length),d=Math.ceil(t.length/h);return new n(o,h,d,l.naturalWidth/h,l.naturalHeight/d)}paint(e,t,s){let i=s/Math.max(this.cellWidth,this.cellHeight),r=this.cellWidth*i,o=this.cellHeight*i,l=t%this.columns,h=Math.floor(t/this.columns);e.style.width=`${r}px`,e.style.height=`${o}px`,e.style.backgroundImage=`url("${this.url}")`,e.style.backgroundSize=`${this.columns*r}px ${this.rows*o}px`,e.style.backgroundPosition=`${-l*r}px ${-h*o}px`,e.classList.toggle("crisp",Math.max(this.cellWidth,this.cellHeight)<=64)}dispose(){URL.revokeObjectURL(this.url)}};var pr=36,ur=52,mr=168,Bs=250,fr=48,gr=6;function Ks(n,e){let t=e?a("p",{class:"excerpt"}):a("div",{class:"cell"});return a("div",{id:n,class:e?"tile card":"tile",role:"option","aria-selected":"false"},a("div",{class:"frame"},t,a("div",{class:"name","aria-hidden":!0})))}function zs(n,e,t,s){if(s)return{columns:Ie(e,Math.min(e,Bs)),side:Bs};let i=matchMedia("(hover: none)").matches?ur:pr;for(let r=mr;r>i;r-=2){let o=Ie(e,r);if(Math.ceil(n/o)*(r+B)-B<=t)return{columns:o,side:r}}return{columns:Ie(e,i),side:i}}function qs(n,e,t,s,i){let r=e?.suggestion?.value??null,o=t.standing==="open"&&!t.pending,l=o&&r?_e(r):"",h=o?l:C(t)||"no class",d=o?r?.classes[0]:t.value.classes[0];n.classList.toggle("answered",t.standing!=="open"),n.classList.toggle("pending",t.pending),n.classList.toggle("skipped",t.standing==="skipped"),n.classList.toggle("suggested",l!==""),n.classList.toggle("unsure",t.unsure),n.classList.toggle("returned",e?.standing==="returned"&&o),d?n.style.setProperty("--colour",i(d)):n.style.removeProperty("--colour");let c=n.querySelector(".name");c&&p(c,s>=fr?h:"");let m=[`sample ${e?.item??""}`,o?"no answer":h];l&&m.push(`suggested: ${l}`),t.unsure&&m.push("not sure"),e?.returned&&m.push(`sent back: ${e.returned}`),e?.text&&m.push(e.text.slice(0,200)),n.setAttribute("aria-label",m.join(", "));let f=[h,t.comment&&`“${t.comment}”`,e?.returned&&`Sent back: ${e.returned}`];n.title=f.filter(Boolean).join(`
`)}var Ke=class{constructor(e){this.samples=e}samples;kept=new Map;get(e){let t=e.join(),s=this.kept.get(t);if(s)return s;let i=ae.load(this.samples,e);i.catch(()=>this.kept.delete(t)),this.kept.set(t,i);for(let[r,o]of this.kept){if(this.kept.size<=gr)break;this.kept.delete(r),o.then(l=>l.dispose()).catch(()=>{})}return i}dispose(){for(let e of this.kept.values())e.then(t=>t.dispose()).catch(()=>{});this.kept.clear()}};var vr=.62,br=260,Us=6,wr=2e3,Vs=new Set,ze=class{constructor(e,t,s){this.desk=e;this.selected=s;let{view:i}=e;this.root.classList.toggle("texts",i.task==="text"),this.root.classList.toggle("together",t),this.sheets=i.task==="text"?null:new Ke(i.samples_digest),this.selection=new Be(this.root,()=>this.tiles,()=>this.paintSelection(),()=>t),this.observer=new ResizeObserver(()=>this.resized()),this.observer.observe(this.root)}desk;selected;root=a("div",{class:"tile-list tiles",role:"listbox",tabindex:0,"aria-multiselectable":"true","aria-label":"Samples to label"});place=a("div",{class:"place"});selection;sheets;observer;page=[];tiles=[];places=new Map;lying={columns:1,side:64};timer;seenSelected=Vs;seenFocus=-1;width=0;scrolls=!1;get count(){return this.tiles.length}get columns(){return this.lying.columns}placeOf(e){return this.places.get(e)}show(e){this.page=e,this.root.hidden=e.length===0,this.places=new Map(e.map((s,i)=>[s,i]));let t=this.desk.view.task==="text";this.tiles=e.map((s,i)=>Ks(`tile-${i}`,t)),this.seenSelected=Vs,this.seenFocus=-1,this.lie(),this.root.replaceChildren(...this.tiles),this.root.scrollTop=0,this.paintPictures(),this.paintAll(),this.selection.selected.clear()}fetchAhead(e){e.length>0&&this.sheets?.get(e).catch(()=>{})}select(e){this.selection.selected.clear();for(let t of e)this.selection.selected.add(t);this.paintSelection()}paintAll(){for(let e of this.page)this.paint(e)}paint(e){let t=this.tiles[this.places.get(e)??-1];if(!t)return;let{work:s}=this.desk,{side:i}=this.lying;qs(t,s.item(e),s.look(e),i,r=>this.desk.colour(r))}async paintPictures(){let{page:e,tiles:t}=this;if(e.length!==0){if(!this.sheets)return this.paintTexts();clearTimeout(this.timer);for(let s of t)s.classList.add("loading");try{let s=await this.sheets.get(e);if(t!==this.tiles)return;g(this.place,null),t.forEach((i,r)=>{i.classList.remove("loading");let o=i.querySelector(".cell");o&&s.paint(o,r,this.lying.side)})}catch(s){if(t!==this.tiles)return;let i=b(s);g(this.place,i,{label:"Try again",run:()=>{this.paintPictures()}}),i.passing&&(this.timer=setTimeout(()=>{this.paintPictures()},wr))}}}dispose(){clearTimeout(this.timer),this.observer.disconnect(),this.sheets?.dispose()}paintTexts(){this.tiles.forEach((e,t)=>{let s=this.desk.work.item(this.page[t]??-1)?.text??"";p(e.querySelector(".excerpt")??e,s||"(an empty text)")})}lie(){let{data:e,view:t}=this.desk,s=Math.min(e.height,Math.max(br,innerHeight*vr));this.width=this.root.clientWidth||(this.root.parentElement?.clientWidth??0);let i=t.task==="text";this.lying=zs(this.tiles.length,this.width-Us,s-Us,i),this.root.style.setProperty("--columns",String(this.lying.columns)),this.root.style.setProperty("--side",`${this.lying.side}px`),this.root.style.maxHeight=`${s}px`;let r=Math.ceil(this.tiles.length/this.lying.columns);this.scrolls=i||r*(this.lying.side+B)>s}resized(){this.tiles.length===0||Math.abs(this.root.clientWidth-this.width)<2||(this.lie(),this.paintPictures(),this.paintAll())}paintSelection(){let{focus:e,selected:t}=this.selection;for(let s of this.seenSelected)t.has(s)||this.tiles[s]?.setAttribute("aria-selected","false");for(let s of t)this.seenSelected.has(s)||this.tiles[s]?.setAttribute("aria-selected","true");if(this.seenSelected=new Set(t),e!==this.seenFocus){this.tiles[this.seenFocus]?.classList.remove("focused");let s=this.tiles[e];s?.classList.add("focused"),s&&(this.root.setAttribute("aria-activedescendant",s.id),this.scrolls&&$s(this.root,s)),this.seenFocus=e}this.selected()}};var qe=class{constructor(e,t,s){this.work=e;this.supply=t;this.size=s}work;supply;size;pages=[];at=0;aside=[];get current(){return this.pages[this.at]??[]}get number(){return this.at+1}get empty(){return this.pages.length===0}get atEnd(){return this.at>=this.pages.length}get later(){return this.aside.length}begin(){if(!this.atEnd)return;let e=this.another();e&&(this.at=this.pages.push(e)-1)}turn(){if(this.atEnd)return!1;let e=this.current;for(let t of this.open()){let s=e[t];s!==void 0&&!this.aside.includes(s)&&this.aside.push(s)}return this.at+=1,!0}back(){return this.at===0?!1:(this.at-=1,!0)}goTo(e){let t=this.pages.findIndex(s=>s.includes(e));return t===-1||t===this.at?!1:(this.at=t,!0)}open(){let e=this.current;return[...e.keys()].filter(t=>this.work.look(e[t]??-1).standing==="open")}acceptable(e){return e.filter(t=>{let{standing:s,value:i,pending:r}=this.work.look(t),o=this.work.item(t)?.suggestion;return s==="open"&&!r&&N(i)&&o})}pending(){return this.current.filter(e=>this.work.look(e).pending)}another(){let e=this.supply.nextBatch();if(e.length>0)return e;if(this.supply.state==="loading"||this.supply.state==="ready")return null;this.aside=this.aside.filter(s=>this.work.look(s).standing==="open");let t=this.aside.splice(0,this.size());return t.length>0?t:null}};var yr=128,Ue=class{constructor(e,t,s){this.desk=t;let i=u("Close",()=>this.dialog.close(),{title:"Escape"}),r=t.view.task==="text"?this.text:this.picture;this.dialog.append(r,a("div",{class:"look-foot"},this.facts,i)),this.dialog.addEventListener("close",s),this.dialog.addEventListener("keydown",o=>{o.stopPropagation(),o.code===this.desk.keys.code("fit")&&this.dialog.close()}),this.dialog.addEventListener("click",o=>{o.target===this.dialog&&this.dialog.close()}),e.append(this.dialog)}desk;dialog=a("dialog",{class:"dialog look","aria-label":"Sample"});picture=a("img",{alt:""});text=a("p",{class:"look-text"});facts=a("p",{class:"muted small"});show(e){let{work:t,view:s}=this.desk,i=t.item(e);s.task==="text"?p(this.text,i?.text??""):(this.picture.src=se(s.samples_digest,[e]),this.picture.classList.toggle("crisp",Math.max(s.shape[0],s.shape[1])<=yr));let r=t.look(e),o=[`Sample ${e}`,i?.name,C(r)||"no answer yet",r.comment];p(this.facts,o.filter(Boolean).join(" · ")),this.dialog.showModal()}dispose(){this.dialog.remove()}};var xr=500,kr=8e3,Sr=4e3,Er=2e4,Lr=1e3,le=class{constructor(e,t,s){this.terms=e;this.work=t;this.changed=s;addEventListener("pagehide",this.onHide)}terms;work;changed;state="loading";error=null;batches=[];asking=null;failures=0;timer;onHide=()=>this.giveBack();get ahead(){return this.batches.flat().map(e=>e.item)}next(){let e=this.batches[0]?.shift()??null;return this.batches[0]?.length===0&&this.batches.shift(),this.fill(),e?.item??null}nextBatch(){let e=this.batches.shift()??[];return this.fill(),e.map(t=>t.item)}fill(e=!1){if(this.asking||this.timer!==void 0&&!e)return;let{count:t,batches:s}=this.terms,i=t*s-this.batches.reduce((r,o)=>r+o.length,0);(this.terms.batches>1?i<t:this.batches.length>=s)||this.ask()}dispose(){removeEventListener("pagehide",this.onHide),this.asking?.abort(),clearTimeout(this.timer),this.giveBack()}async ask(){clearTimeout(this.timer),this.timer=void 0;let e=new AbortController;this.asking=e;let{session:t,annotator:s,count:i,together:r}=this.terms,o=this.work.held.slice(-Lr);try{let l=await hs(t,{annotator:s,count:i,together:r,have:o},e.signal);if(e.signal.aborted)return;this.asking=null,this.failures=0,this.error=null,this.work.learn(l.progress,l.revision);let h=new Set(this.work.held),d=l.items.filter(({item:c})=>!h.has(c));this.work.take(d,!0),d.sort((c,m)=>Number(this.work.look(m.item).pending)-Number(this.work.look(c.item).pending)),d.length>0?(this.batches.push(d),this.state="ready",this.changed(),this.fill()):(this.state=l.waiting?"waiting":"done",this.later(l.waiting?Sr:Er),this.changed())}catch(l){if(E(l)||e.signal.aborted)return;if(this.asking=null,this.error=b(l),this.error.status===-1)throw l;this.error.passing?(this.failures+=1,this.later(Math.min(kr,xr*2**(this.failures-1)))):this.state="refused",this.changed()}}later(e){clearTimeout(this.timer),this.timer=setTimeout(()=>{this.timer=void 0,this.fill()},e)}giveBack(){let e=this.ahead.filter(i=>!this.work.look(i).pending);if(this.batches=[],e.length===0)return;this.work.forget(e);let{session:t,annotator:s}=this.terms;ps(t,s,e).catch(()=>{})}};var Tr=400,Ar=4,Mr=600,Ve=class{constructor(e){this.desk=e;let{view:t,work:s,data:i}=e;this.together=t.session.groups!==""||t.session.config.strategy==="clusters",this.list=new ze(e,this.together,()=>this.selected());let r=Math.min(Tr,Math.max(Ar,i.page_size));this.supply=new le({session:i.session,annotator:i.annotator,count:r,batches:1,together:this.together},s,()=>this.came()),this.pages=new qe(s,this.supply,()=>e.data.page_size),this.hint=new $e(this.pages,this.list.selection.selected,this.together),this.ending=new oe(e,()=>this.retry()),this.panel=a("div",{class:"grid-surface"},this.list.place,this.list.root,this.ending.panel,this.hint.root),this.look=new Ue(this.panel,e,()=>this.focus.focus({preventScroll:!0})),this.list.root.addEventListener("dblclick",()=>this.enlarge()),this.show(),this.supply.fill()}desk;panel;arrows=!1;list;pages;hint;ending;look;supply;together;since=performance.now();get focus(){return this.list.root}get doing(){let e=this.list.count>0,t=this.inHand;return{back:this.pages.number>1,forward:!this.pages.atEnd,skip:e,unsure:e,unsureOn:t.unsure,commented:t.comment!=="",clear:e,copy_previous:!1,fit:e,submit:e?this.submitting():null}}key(e){let{code:t}=e,{selection:s,columns:i,count:r}=this.list;if(e.ctrlKey||e.metaKey||e.altKey||r===0)return!1;let o=Hs(t,s.focus,i,r);if(o!==null)!e.shiftKey&&!this.together&&s.selected.clear(),s.move(o,e.shiftKey);else if(t==="Space")s.toggle(s.focus);else if(t==="PageDown")this.turn();else if(t==="PageUp")this.back();else return!1;return!0}choose(e){let t=this.targets(),s=v(t.length,"sample");if(this.desk.view.session.config.answer==="multi"){let i=this.toggle(t,e);this.desk.say(`${s}: ${e}${i?"":" taken away"}`);return}this.give(t,i=>J(i,{...S,classes:[e]})),this.desk.say(`${s}: ${e}`),this.goOn()}act(e){if(e==="back")return this.back();if(e==="forward")return this.turn();if(e==="submit"||e==="accept")return this.submit();let t=this.targets();if(t.length!==0)if(e==="skip")this.give(t,Pe),this.desk.say(`${v(t.length,"sample")} skipped`),this.goOn();else if(e==="unsure"){let s=!t.every(i=>this.desk.work.look(i).unsure);this.give(t,i=>De(i,s)),this.desk.say(s?"Not sure":"Sure")}else e==="clear"?this.give(t,()=>A):e==="fit"&&this.enlarge()}remove(){this.act("clear")}escape(){this.list.selection.clear()}all(){let e=this.pages.open();if(!this.together||e.length===0)return this.list.selection.all();this.list.select(e)}targets(){let e=this.pages.current;return this.list.selection.targets().flatMap(t=>e[t]??[])}reveal(e){let[t]=e;if(t===void 0)return;this.pages.goTo(t)&&this.show();for(let i of e)this.list.paint(i);let s=this.list.placeOf(t);this.together?this.list.select(this.pages.open()):this.list.selection.selected.clear(),s!==void 0&&this.list.selection.move(s,!1),this.desk.refresh()}refresh(){this.list.count===0&&this.show(),this.list.paintAll(),this.hint.refresh()}retry(){this.supply.fill(!0),this.list.paintPictures()}dispose(){this.supply.dispose(),this.list.dispose(),this.look.dispose()}get inHand(){let[e]=this.targets();return e===void 0?A:this.desk.work.look(e)}give(e,t,s=!1){let i=performance.now(),r=Math.min(Mr,(i-this.since)/1e3)/Math.max(1,e.length),o=Math.round(r*1e3)/1e3;this.since=i;let l=e.map(h=>({item:h,after:t(this.desk.work.look(h),h),accepted:s,seconds:o}));this.desk.work.change(l);for(let h of e)this.list.paint(h);this.hint.refresh()}toggle(e,t){let{work:s}=this.desk,i=!e.every(r=>s.look(r).value.classes.includes(t));return this.give(e,r=>{let o=r.value.classes.filter(h=>h!==t),l=i?[...o,t]:o;return{...r,value:{...r.value,classes:l},pending:!0}}),i}goOn(){let{selection:e}=this.list;if(this.together&&e.selected.size>0)return this.goToOpen();let t=e.targets().at(-1)??0;e.selected.clear(),e.move(Math.min(t+1,this.list.count-1),!1)}goToOpen(){let e=this.pages.open();if(e.length===0)return this.turn();this.together?this.list.select(e):this.list.selection.selected.clear(),this.list.selection.move(e[0]??0,!1)}acceptable(){let e=this.list.selection.selected.size>0;return this.pages.acceptable(e?this.targets():this.pages.current)}pending(){return this.desk.view.session.config.answer==="multi"?this.pages.pending():[]}submitting(){let e=this.pending().length;if(e>0)return`Submit ${w(e)}`;let t=this.acceptable().length;return t>0?`Accept ${w(t)}`:"Next page"}submit(){if(this.list.count===0)return;let e=this.pending(),t=this.acceptable();if(e.length>0)this.give(e,s=>J(s,s.value)),this.desk.say(`${v(e.length,"answer")} submitted`);else if(t.length>0){let{work:s}=this.desk;this.give(t,(i,r)=>J(i,s.item(r)?.suggestion?.value??S),!0),this.desk.say(`${v(t.length,"suggestion")} accepted`)}else return this.turn();this.goToOpen()}turn(){this.pages.turn()&&this.show()}back(){this.pages.back()&&this.show()}came(){this.pages.atEnd?this.show():this.list.fetchAhead(this.supply.ahead),this.desk.refresh()}show(){this.pages.begin();let e=this.pages.current,t=e.length>0;this.ending.show(t?null:this.supply.state,this.supply.error,!this.pages.empty),this.since=performance.now(),this.list.show(e);let s=this.pages.open(),{selection:i}=this.list;if(this.together)for(let r of s)i.selected.add(r);i.move(s[0]??0,!1),this.hint.refresh(),this.desk.refresh()}selected(){let e=this.list.selection.selected.size<=1;this.desk.bar.mark(e?this.inHand.value.classes:[]),this.hint.refresh(),this.desk.refresh()}enlarge(){let e=this.pages.current[this.list.selection.focus];e!==void 0&&this.look.show(e)}};var Rr=[["Ctrl Z","Undo"],["Ctrl Shift Z","Redo"],["Ctrl Enter","Submit"],["Ctrl Space","Skip"],["Ctrl ← →","Back and forward, everywhere"],["⌫ or Del","Remove a mark"],["Esc","Let go of a selection"],["F1 or ?","This panel"]],Cr=128,We=class{constructor(e,t,s,i,r){this.view=t;this.annotator=s;this.keys=i;this.does=r;this.seenKey=`studio.guide:${t().session.config.name}:${s}`,this.tabs=["What to do","Keys"].map((o,l)=>u(o,()=>this.turn(l),{class:"button quiet tab",role:"tab"})),this.close=u("Close",()=>this.dialog.close(),{class:"button primary",autofocus:!0}),this.dialog.append(a("div",{class:"guide-tabs",role:"tablist"},...this.tabs,this.close),this.place,this.body),this.dialog.addEventListener("keydown",o=>this.key(o),!0),this.dialog.addEventListener("close",()=>{this.asking="",p(this.close,"Close"),r.closed()}),this.dialog.addEventListener("click",o=>{o.target===this.dialog&&this.dialog.close()}),e.append(this.dialog)}view;annotator;keys;does;dialog=a("dialog",{class:"dialog guide","aria-label":"Instructions and keys"});body=a("div",{class:"guide-body"});place=a("div");tabs;close;asking="";seenKey;get open(){return this.dialog.open}greet(){let{session:e,classes:t}=this.view(),s=e.config.instructions.trim()!=="",i=t.some(({description:r,examples:o})=>r||o.length>0);try{if(localStorage.getItem(this.seenKey)!==null)return;localStorage.setItem(this.seenKey,"1")}catch{}!s&&!i||(p(this.close,"Start"),this.show(0))}show(e){this.turn(e),this.dialog.open||this.dialog.showModal()}dispose(){this.dialog.remove()}turn(e){this.asking="",this.tabs.forEach((t,s)=>t.setAttribute("aria-selected",String(s===e))),g(this.place,null),e===0?this.renderWhat():this.renderKeys(),this.body.scrollTop=0}renderWhat(){let{session:e,classes:t}=this.view(),s=e.config.instructions.trim();this.body.replaceChildren(...s?[a("h4",{},e.config.name),a("p",{class:"instructions"},s)]:[],a("h4",{},"Classes"),a("ul",{class:"guide-classes"},...t.map(i=>this.describe(i))))}describe(e){let{task:t,samples_digest:s,shape:i}=this.view(),r=a("div",{class:"guide-class"},a("span",{class:"class-dot"}),a("b",{},e.name)),o=this.keys.printed(`class:${e.name}`);o&&r.append(a("kbd",{class:"key"},o));let l=a("li",{},r);if(l.style.setProperty("--colour",e.colour||G),e.description&&l.append(a("p",{class:"guide-description"},e.description)),t==="images"&&e.examples.length>0){let h=Math.max(i[0],i[1])<=Cr?"crisp":"";l.append(a("div",{class:"guide-examples"},...e.examples.map(d=>a("img",{src:se(s,[d]),alt:`${e.name}, sample ${d}`,class:h,loading:"lazy"}))))}return l}renderKeys(){let e=this.keys.names().map(({name:i,title:r})=>{let o=this.keys.printed(i),l=this.asking===i,h=u(l?"Press a key…":o||"none",()=>this.ask(i),{class:l?"button keycap listening":"button keycap","aria-label":`Key of ${r}: ${o||"none"}. Change it.`,"data-name":i}),d=this.keys.conflicts(i).map(m=>this.titleOf(m)),c=a("li",{},a("span",{class:"key-title"},r),h);return d.length>0&&c.append(a("span",{class:"conflict small"},`Also: ${d.join(", ")}`)),c}),t=Rr.map(([i,r])=>a("li",{},a("span",{class:"key-title"},r),a("kbd",{class:"key"},i))),s=u("Back to the usual keys",()=>{this.save({})},{disabled:Object.keys(this.keys.remapped).length===0});this.body.replaceChildren(a("p",{class:"muted small"},"These are your own keys in this session: choose one to change it."),a("ul",{class:"key-list"},...e),s,a("h4",{},"Always"),a("ul",{class:"key-list"},...t))}titleOf(e){return this.keys.names().find(t=>t.name===e)?.title??e}ask(e){this.asking=e,this.renderKeys(),this.body.querySelector(`[data-name="${CSS.escape(e)}"]`)?.focus()}key(e){if(!this.asking){e.code==="F1"&&e.preventDefault(),e.code!=="Escape"&&e.stopPropagation();return}e.preventDefault(),e.stopPropagation();let t=this.asking;if(e.code==="Escape"){this.asking="",this.renderKeys();return}let s=$.refusal(e.code);if(s){let i=this.body.querySelector(".listening");i&&p(i,s);return}this.asking="",this.save({...this.keys.remapped,[t]:e.code})}async save(e){let{session:t}=this.view();this.keys.update(this.view().classes,e),this.does.remapped(),this.renderKeys();try{await us(t.config.name,this.annotator,e),g(this.place,null)}catch(s){let i={label:"Try again",run:()=>{this.save(e)}};g(this.place,b(s),i)}}};var Ge=class{root;fill=a("div");shown="";constructor(e){let t={role:"progressbar","aria-label":e,"aria-valuemin":0};this.root=a("div",{class:"bar",...t},this.fill)}show(e,t){let s=`${e}/${t}`;this.shown!==s&&(this.shown=s,this.fill.style.transform=`scaleX(${t>0?e/t:0})`,this.root.setAttribute("aria-valuemax",String(t)),this.root.setAttribute("aria-valuenow",String(e)))}};var Or=5e3,je=class{constructor(e,t){this.work=e;this.undoButton=u("↶",t.undo,{class:"button quiet icon","aria-label":"Undo",title:"Undo (Ctrl+Z)"}),this.redoButton=u("↷",t.redo,{class:"button quiet icon","aria-label":"Redo",title:"Redo (Ctrl+Shift+Z)"});let s=u("?",t.help,{class:"button quiet icon","aria-label":"Help, instructions and keys",title:"Instructions and keys (F1 or ?)"}),i=a("div",{class:"header-text"},this.summary,this.mine,this.rate),r=a("div",{class:"header-tools"},this.status.root,this.undoButton,this.redoButton,s),o=a("div",{class:"header-row"},i,r);this.panel=a("header",{class:"header"},o,this.bar.root),this.timer=setInterval(()=>this.refreshRate(),Or)}work;panel;bar=new Ge("Done");summary=a("span",{class:"numbers summary"});mine=a("span",{class:"muted small numbers"});rate=a("span",{class:"muted small numbers"});status=new W;undoButton;redoButton;timer;refresh(){let{state:e,waiting:t,progress:s,canUndo:i,canRedo:r}=this.work;this.bar.show(s.done,s.total),p(this.summary,`${w(s.done)} of ${w(s.total)} done`),p(this.mine,`${w(s.mine)} by you`),this.status.show(e,t),this.undoButton.disabled===i&&(this.undoButton.disabled=!i),this.redoButton.disabled===r&&(this.redoButton.disabled=!r)}dispose(){clearInterval(this.timer)}refreshRate(){let{pace:e,progress:t}=this.work,s=e.perMinute,i=e.secondsFor(t.wanted-t.answers),r=[];s>0&&r.push(`${w(s)} a minute`),i!==null&&r.push(`about ${ns(i)} left`),p(this.rate,r.join(" · "))}};var Ye=["nw","n","ne","e","se","s","sw","w"];function F(n,e,t){return Math.min(t,Math.max(e,n))}function he(n){return Math.round(n*1e6)/1e6}function Qe(n,e,t){let s=F(Math.min(n.x,e.x),0,1-t.width),i=F(Math.min(n.y,e.y),0,1-t.height),r=F(Math.max(n.x,e.x),s+t.width,1),o=F(Math.max(n.y,e.y),i+t.height,1);return{left:he(s),top:he(i),width:he(r-s),height:he(o-i)}}function Ht(n,e,t){return{...n,left:he(F(n.left+e,0,Math.max(0,1-n.width))),top:he(F(n.top+t,0,Math.max(0,1-n.height)))}}function Nt(n,e,t,s,i){let r={x:n.left,y:n.top},o={x:n.left+n.width,y:n.top+n.height};return e.includes("w")&&(r.x+=t),e.includes("e")&&(o.x+=t),e.includes("n")&&(r.y+=s),e.includes("s")&&(o.y+=s),Qe(r,o,i)}function Bt(n,e){let t=e.includes("w")?0:e.includes("e")?1:.5,s=e.includes("n")?0:e.includes("s")?1:.5;return{x:n.left+n.width*t,y:n.top+n.height*s}}function Ws(n,e,t){let s="",i=1;for(let r of Ye){let o=Bt(n,r),l=Math.hypot((e.x-o.x)/t.width,(e.y-o.y)/t.height);l<=i&&([s,i]=[r,l])}return s}function Z(n,e,t={width:0,height:0}){let{left:s,top:i,width:r,height:o}=n;return e.x>=s-t.width&&e.x<=s+r+t.width&&e.y>=i-t.height&&e.y<=i+o+t.height}function Gs(n,e,t){let s={left:n.left+t.width,top:n.top+t.height,width:n.width-2*t.width,height:n.height-2*t.height};return Z(n,e,t)&&!Z(s,e)}function Xe(n,e){let t=-1,s=1/0;return n.forEach((i,r)=>{i.width*i.height<s&&e(i)&&(t=r,s=i.width*i.height)}),t}function Je(n,e){return n.length===e.length&&n.every((t,s)=>ve(t,e[s]))}function ve(n,e){return e!==void 0&&n.class_name===e.class_name&&n.left===e.left&&n.top===e.top&&n.width===e.width&&n.height===e.height}var j=12,Ir=64,Pr=4,Dr=3e4,Fe=class{x=0;y=0;scale=1;picture={width:1,height:1};stage={width:1,height:1};set(e,t){let s=this.whole,i=e.width===this.picture.width&&e.height===this.picture.height;this.picture=e,this.stage=t,s||!i?this.fit():this.settle()}get fitting(){let e=Math.max(1,this.stage.width-2*j),t=Math.max(1,this.stage.height-2*j);return Math.min(e/this.picture.width,t/this.picture.height)}get largest(){let e=Math.max(this.picture.width,this.picture.height),t=Math.max(Ir,this.fitting*Pr);return Math.max(this.fitting,Math.min(t,Dr/e))}get whole(){return this.scale<=this.fitting*1.001}get width(){return this.picture.width*this.scale}get height(){return this.picture.height*this.scale}fit(){this.scale=this.fitting,this.settle()}zoom(e,t={x:this.stage.width/2,y:this.stage.height/2}){let s=this.scale;this.scale=F(s*e,this.fitting,this.largest),this.x=t.x-(t.x-this.x)*this.scale/s,this.y=t.y-(t.y-this.y)*this.scale/s,this.settle()}pan(e,t){this.x+=e,this.y+=t,this.settle()}reveal(e){let t=(s,i,r,o)=>{let l=s+i-j,h=s+i+r+j;return l>=0&&h<=o?s:r+2*j>o||l<0?s-l:s+o-h};this.x=t(this.x,e.left*this.width,e.width*this.width,this.stage.width),this.y=t(this.y,e.top*this.height,e.height*this.height,this.stage.height),this.settle()}share(e){return{x:(e.x-this.x)/this.width,y:(e.y-this.y)/this.height}}reach(e){return{width:e/this.width,height:e/this.height}}settle(){let e=(t,s,i)=>s+2*j<=i+1?(i-s)/2:F(t,i-s-j,j);this.x=e(this.x,this.width,this.stage.width),this.y=e(this.y,this.height,this.stage.height)}};var _r=22,$r=2,js=["","9 4","2 4","12 4 2 4","5 5"],Fs=["","right","below","below right"];function Y(n,e){let t=document.createElementNS("http://www.w3.org/2000/svg",n);for(let[s,i]of Object.entries(e))t.setAttribute(s,i);return t}function Kt(n){return js[n%js.length]??""}function M(n){return`${n*100}%`}var Ze=class{constructor(e,t,s){this.classes=e;this.scene=t;this.changed=s;for(let i of this.guides)i.setAttribute("class","box-guide");for(let i of Ye)this.handles.append(Y("rect",{width:"10",height:"10",rx:"2","data-grip":i}));this.lines.append(...this.guides,this.boxes,this.handles),this.sheet=a("div",{class:"box-sheet"},this.canvas,this.lines,this.names),this.stage=a("div",{class:"box-stage"},this.sheet),this.observer=new ResizeObserver(()=>this.resize()),this.observer.observe(this.stage)}classes;scene;changed;view=new Fe;stage;canvas=a("canvas",{class:"box-picture","aria-hidden":!0});lines=Y("svg",{class:"box-lines","aria-hidden":"true"});boxes=Y("g",{});handles=Y("g",{class:"box-handles"});guides=[Y("line",{}),Y("line",{})];names=a("div",{class:"box-names","aria-hidden":!0});sheet;observer;drawn=new Map;picture=null;size={width:1,height:1};frame=0;colours=new Map;show(e,t){let s=Math.max(1,t.width),i=Math.max(1,t.height),r=e!==this.picture;this.size={width:s,height:i},r&&(this.picture=e,this.canvas.hidden=e===null,this.canvas.width=e?.width??1,this.canvas.height=e?.height??1,e&&this.canvas.getContext("2d")?.drawImage(e,0,0)),this.view.set(this.size,this.room),r&&this.view.fit(),this.paint()}dispose(){this.observer.disconnect(),cancelAnimationFrame(this.frame)}share(e){return this.view.share(this.onStage(e))}onStage(e){let{left:t,top:s}=this.stage.getBoundingClientRect();return{x:e.clientX-t-this.stage.clientLeft,y:e.clientY-s-this.stage.clientTop}}paint(){this.frame===0&&(this.frame=requestAnimationFrame(()=>{this.frame=0,this.draw()}))}get room(){return{width:Math.max(1,this.stage.clientWidth),height:Math.max(1,this.stage.clientHeight)}}resize(){this.view.set(this.size,this.room),this.paint(),this.changed()}draw(){let{view:e}=this,t=this.scene();this.sheet.style.transform=`translate(${e.x}px, ${e.y}px)`,this.sheet.style.width=`${e.width}px`,this.sheet.style.height=`${e.height}px`;let s=e.width/this.canvas.width;this.canvas.classList.toggle("crisp",s>=$r),this.colours=new Map(this.classes().map(({name:r,colour:o})=>[r,o||G]));let i=new Set;t.layers.forEach((r,o)=>{r.boxes.forEach((l,h)=>{let d=`${o}:${h}`;i.add(d),this.drawBox(d,r,l,h,t)})});for(let[r,{halo:o,line:l,name:h}]of this.drawn)i.has(r)||(o.remove(),l.remove(),h.remove(),this.drawn.delete(r));this.drawHandles(t),this.drawGuides(t.guide)}drawBox(e,t,s,i,r){let o=t.look==="own",l=o&&i===r.selected,h=o&&i===r.hovered,d=t.colour||(this.colours.get(s.class_name)??G),c=this.view.y+s.top*this.view.height<_r,m=`${t.look} ${d} ${l} ${h} ${c}`,f=this.drawn.get(e)??this.make(e);if(f.from===s&&f.state===m)return;f.from=s,f.state=m;let y=typeof t.look=="number"?"other":t.look,x=typeof t.look=="number"?Kt(t.look):"";for(let P of[f.halo,f.line])P.setAttribute("x",M(s.left)),P.setAttribute("y",M(s.top)),P.setAttribute("width",M(s.width)),P.setAttribute("height",M(s.height)),P.setAttribute("stroke-dasharray",y==="suggested"?"7 5":x);let L=`${l?" selected":""}${h?" hovered":""}`;f.halo.setAttribute("class",`box-halo ${y}${L}`),f.line.setAttribute("class",`box-line ${y}${L}`),f.line.style.setProperty("--colour",d);let T=typeof t.look=="number"?Fs[t.look%Fs.length]:"";f.name.className=`box-name ${y} ${T}${L}${c?" inside":""}`;let k=M(1-s.left-s.width);f.name.style.left=T?.includes("right")?"auto":M(s.left),f.name.style.right=T?.includes("right")?k:"auto",f.name.style.top=M(T?.includes("below")?s.top+s.height:s.top),f.name.style.setProperty("--colour",d),f.name.style.setProperty("--on-colour",ne(d)),p(f.name,y==="suggested"?`${s.class_name}?`:s.class_name)}make(e){let t={halo:Y("rect",{}),line:Y("rect",{}),name:a("span"),from:null,state:""};return this.boxes.append(t.halo,t.line),this.names.append(t.name),this.drawn.set(e,t),t}drawHandles(e){let s=e.layers.find(i=>i.look==="own")?.boxes[e.selected];this.handles.setAttribute("visibility",s?"visible":"hidden"),s&&(this.handles.style.setProperty("--colour",D(this.classes(),s.class_name)),Ye.forEach((i,r)=>{let o=Bt(s,i),l=this.handles.children[r];l?.setAttribute("x",M(o.x)),l?.setAttribute("y",M(o.y))}))}drawGuides(e){let[t,s]=this.guides;for(let r of this.guides)r.setAttribute("visibility",e?"visible":"hidden");if(!e)return;let i=(r,o)=>{for(let[l,h]of Object.entries(o))r.setAttribute(l,h)};i(t,{x1:"0",x2:"100%",y1:M(e.y),y2:M(e.y)}),i(s,{x1:M(e.x),x2:M(e.x),y1:"0",y2:"100%"})}};var Hr="Drag with one finger to draw, with two to move the picture.",Nr="Drag to draw. Click a box to change it. Wheel zooms, Space and dragging moves the picture.",Br="Arrows move the box, Shift ten times as far, Alt resizes it. Delete removes it, Escape lets go.";function Ys(n){return matchMedia("(hover: none)").matches?Hr:n?Br:Nr}function zt(n,e){let t=n[e];if(!t)return"";let s=i=>`${Math.round(i*100)} %`;return[`${t.class_name}, box ${e+1} of ${n.length}`,`${s(t.left)} from the left, ${s(t.top)} from the top`,`${s(t.width)} wide, ${s(t.height)} high`].join(", ")}var et=class{constructor(e){this.choose=e}choose;root=a("ol",{class:"box-chips","aria-label":"Boxes"});state="";update(e,t,s){this.root.hidden=e.length===0;let i=e.map(({class_name:o})=>[o,D(s,o)]),r=JSON.stringify([i,t]);this.state!==r&&(this.state=r,this.root.replaceChildren(...i.map(([o,l],h)=>{let d=u(o,()=>this.choose(h),{class:"box-chip","aria-pressed":String(h===t),title:`Select this ${o}`,tabindex:-1});return d.style.setProperty("--colour",l),d.style.setProperty("--on-colour",ne(l)),a("li",{},d)})))}};var Qs=`.boxes {
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 0.5rem;
  min-width: 0;
  width: 100%;
  container-type: inline-size;
}
.box-stage {
  position: relative;
  height: min(var(--box-height, 30rem), 62svh, calc(100cqw * var(--ratio, 1) + 3rem));
  min-height: 13rem;
  overflow: hidden;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: color-mix(in srgb, var(--soft) 70%, var(--paper));
  cursor: crosshair;
  touch-action: none;
  user-select: none;
  -webkit-user-select: none;
  -webkit-touch-callout: none;
}
.box-stage:focus-visible {
  border-color: color-mix(in srgb, var(--accent) 60%, transparent);
  outline: none !important;
}
.box-stage.panning {
  cursor: grab !important;
}
.box-stage.panning:active {
  cursor: grabbing !important;
}
.box-sheet {
  position: absolute;
  top: 0;
  left: 0;
  transform-origin: 0 0;
  pointer-events: none;
}
.box-picture {
  display: block;
  width: 100%;
  height: 100%;
  background: #000000;
  box-shadow: 0 0 0 1px var(--line);
}
.box-picture.crisp {
  image-rendering: pixelated;
}
.box-lines,
.box-names {
  position: absolute;
  inset: 0;
  width: 100%;
  height: 100%;
  overflow: visible;
}
.box-lines rect {
  fill: none;
}
.box-halo {
  stroke: rgba(0, 0, 0, 0.5);
  stroke-width: 4;
}
.box-line {
  stroke: var(--colour);
  stroke-width: 2;
}
.box-line.own {
  fill: color-mix(in srgb, var(--colour) 7%, transparent) !important;
}
.box-line.own.hovered {
  fill: color-mix(in srgb, var(--colour) 16%, transparent) !important;
}
.box-line.own.selected {
  fill: color-mix(in srgb, var(--colour) 22%, transparent) !important;
  stroke-width: 2.5;
}
.box-halo.selected {
  stroke: #ffffff;
  stroke-width: 5;
}
.box-halo.suggested {
  stroke-dasharray: none;
  stroke: rgba(0, 0, 0, 0.35);
}
.box-handles rect {
  fill: #ffffff;
  stroke: var(--colour);
  stroke-width: 2;
  transform: translate(-5px, -5px);
}
.box-guide {
  stroke: #ffffff;
  stroke-width: 1;
  stroke-dasharray: 3 3;
  mix-blend-mode: difference;
  opacity: 0.6;
}
.box-name {
  position: absolute;
  max-width: 12rem;
  padding: 0 0.4rem;
  overflow: hidden;
  border-radius: 3px;
  background: var(--colour);
  color: var(--on-colour);
  font-size: 0.75rem;
  font-weight: 600;
  line-height: 18px;
  text-overflow: ellipsis;
  white-space: nowrap;
  transform: translate(-2px, calc(-100% - 2px));
}
.box-name.inside,
.box-name.below {
  transform: translate(2px, 2px);
}
.box-name.right {
  transform: translate(2px, calc(-100% - 2px));
}
.box-name.right.inside,
.box-name.right.below {
  transform: translate(-2px, 2px);
}
.box-name.suggested {
  background: color-mix(in srgb, var(--colour) 25%, #1a1c22);
  color: #ffffff;
  font-style: italic;
}
.box-name.selected {
  z-index: 1;
}
.box-name.own.selected:not(.inside) {
  transform: translate(-2px, calc(-100% - 8px));
}
.box-empty {
  position: absolute;
  inset: 0;
  display: grid;
  place-items: center;
  pointer-events: none;
}
.box-tools {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.4rem;
}
.box-zooms {
  display: flex;
  align-items: center;
  gap: 0.3rem;
  margin-left: auto;
}
.box-zooms .button {
  min-width: 2.5rem;
}
.box-zoom {
  min-width: 3.6rem;
  color: var(--muted);
  font-size: 0.85rem;
  text-align: center;
}
.box-chips {
  display: flex;
  flex: 1 1 0;
  min-width: 0;
  gap: 0.35rem;
  margin: 0;
  padding: 3px;
  overflow-x: auto;
  list-style: none;
  scrollbar-width: thin;
}
.box-chip {
  display: inline-flex;
  align-items: center;
  max-width: 11rem;
  min-height: 2rem;
  padding: 0 0.7rem;
  overflow: hidden;
  border: 1px solid var(--line);
  border-left: 5px solid var(--colour);
  border-radius: 1rem;
  background: var(--paper);
  color: var(--ink);
  font: inherit;
  font-size: 0.85rem;
  text-overflow: ellipsis;
  white-space: nowrap;
  cursor: pointer;
  touch-action: manipulation;
}
.box-chip[aria-pressed="true"] {
  border-color: var(--colour);
  background: var(--colour);
  color: var(--on-colour);
  font-weight: 600;
}
.box-hint {
  min-height: 1.45em;
}
@media (hover: none) {
  .box-handles rect {
    width: 16px;
    height: 16px;
    transform: translate(-8px, -8px);
  }
  .box-chip {
    min-height: 2.5rem;
  }
}
@container (max-width: 560px) {
  .box-chips {
    flex-basis: 100%;
    order: 1;
  }
}
@container (max-width: 440px) {
  .box-zoom {
    display: none;
  }
}
`;var zr={nw:"nwse-resize",se:"nwse-resize",ne:"nesw-resize",sw:"nesw-resize",n:"ns-resize",s:"ns-resize",e:"ew-resize",w:"ew-resize","":"crosshair"},qr={mouse:7,touch:16},Ur={mouse:3,touch:8},Vr=.0016,Wr=18,qt=1;function Ut(n){return n.pointerType==="touch"?"touch":"mouse"}var tt=class{constructor(e,t){this.shown=e;this.owner=t;this.stage=e.stage,this.stage.addEventListener("pointerdown",s=>this.down(s)),this.stage.addEventListener("pointermove",s=>this.move(s)),this.stage.addEventListener("pointerup",s=>this.up(s)),this.stage.addEventListener("pointercancel",s=>this.lost(s)),this.stage.addEventListener("pointerleave",()=>this.leave()),this.stage.addEventListener("wheel",s=>this.wheel(s),{passive:!1}),this.stage.addEventListener("touchstart",s=>s.preventDefault(),{passive:!1}),this.stage.addEventListener("mousedown",s=>{s.button===qt&&s.preventDefault()}),this.stage.addEventListener("blur",()=>this.hold(!1))}shown;owner;hovered=-1;guide=null;task=null;pointers=new Map;space=!1;stage;get busy(){return this.task?.kind==="box"&&this.task.moving}key(e){return e.code!=="Space"?!1:e.type==="keyup"?(this.hold(!1),!1):e.composedPath()[0]!==this.stage&&!this.stage.matches(":hover")||e.composedPath()[0]instanceof HTMLButtonElement||e.ctrlKey||e.metaKey||e.altKey?!1:(this.hold(!0),!0)}abort(){let{busy:e}=this;return this.task=null,e&&this.owner.cancel(),e}hold(e){this.space=e,e&&(this.guide=null),this.stage.classList.toggle("panning",e),this.shown.paint()}down(e){if(e.button!==0&&e.button!==qt)return;e.preventDefault(),this.stage.focus({preventScroll:!0}),this.stage.setPointerCapture(e.pointerId);let t=this.shown.onStage(e);if(this.pointers.set(e.pointerId,t),this.guide=null,this.pointers.size>1)this.abort(),this.task={kind:"pinch"};else if(e.button===qt||this.space)this.task={kind:"pan"};else{this.owner.begin();let s=this.shown.share(e),i=this.hit(e);this.task={kind:"box",hit:i,from:s,start:t,moving:!1}}}move(e){let t=this.shown.onStage(e),s=this.pointers.get(e.pointerId);if(!s){this.hover(e);return}let{view:i}=this.shown;if(this.task?.kind==="pinch")this.pinch(e.pointerId,s,t);else if(this.task?.kind==="pan")i.pan(t.x-s.x,t.y-s.y),this.shown.paint();else if(this.task?.kind==="box"){let{task:r}=this,o=Math.hypot(t.x-r.start.x,t.y-r.start.y);r.moving||=o>Ur[Ut(e)],r.moving&&this.owner.drag(r.hit,r.from,i.share(t))}this.pointers.set(e.pointerId,t)}up(e){if(!this.pointers.delete(e.pointerId))return;let{task:t}=this;t?.kind==="pinch"&&this.pointers.size>0||(this.task=null,t?.kind==="box"&&(t.moving?this.owner.drop():this.owner.click(t.hit)),this.hover(e),this.owner.changed())}lost(e){this.pointers.delete(e.pointerId)&&(this.abort(),this.owner.changed())}leave(){this.pointers.size>0||(this.hovered=-1,this.guide=null,this.shown.paint())}hover(e){if(Ut(e)==="touch")return;let t=this.hit(e),s=this.shown.share(e),i=Z({left:0,top:0,width:1,height:1},s);this.hovered=t.place,this.guide=t.kind==="draw"&&i&&!this.space?s:null,this.stage.style.cursor=t.kind==="move"?"move":zr[t.grip],this.shown.paint()}hit(e){let t=this.shown.share(e),s=this.owner.boxes(),i=this.shown.view.reach(qr[Ut(e)]),r=this.owner.selected(),o=s[r];if(e.ctrlKey||e.metaKey)return{kind:"draw",place:-1,grip:""};if(o){let c=Ws(o,t,i);if(c)return{kind:"resize",place:r,grip:c};if(Z(o,t))return{kind:"move",place:r,grip:""}}let l=Xe(s,c=>Gs(c,t,i));if(l!==-1)return{kind:"move",place:l,grip:""};let h=Xe(s,c=>Z(c,t)),d=Xe(this.owner.suggestion(),c=>Z(c,t,i));return h===-1&&d!==-1?{kind:"draw",place:h,grip:"",suggested:d}:{kind:"draw",place:h,grip:""}}pinch(e,t,s){let[i]=[...this.pointers].filter(([l])=>l!==e).map(([,l])=>l);if(!i)return;let{view:r}=this.shown,o=l=>Math.max(1,Math.hypot(l.x-i.x,l.y-i.y));r.pan((s.x-t.x)/2,(s.y-t.y)/2),r.zoom(o(s)/o(t),{x:(s.x+i.x)/2,y:(s.y+i.y)/2}),this.owner.changed()}wheel(e){let{view:t}=this.shown;if(t.whole&&e.deltaY>0)return;e.preventDefault();let s=e.deltaMode===WheelEvent.DOM_DELTA_PIXEL?1:Wr;t.zoom(Math.exp(-e.deltaY*s*Vr),this.shown.onStage(e)),this.owner.changed()}};var Xs={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,-1],ArrowDown:[0,1]},Gr=10,Js=40,st=1.5,it=.3,jr=.04,Fr=600,de=class{constructor(e){this.options=e;this.view=new Ze(()=>e.classes(),()=>this.scene(),()=>this.refresh());let{stage:t}=this.view;t.tabIndex=0,t.setAttribute("role","application"),t.setAttribute("aria-roledescription","box editor"),t.append(this.empty),t.addEventListener("blur",()=>this.settle()),this.gestures=new tt(this.view,{boxes:()=>this.list,suggestion:()=>this.offered,selected:()=>this.selected,begin:()=>this.settle(),click:i=>this.click(i),drag:(i,r,o)=>this.drag(i,r,o),drop:()=>this.settle(),cancel:()=>this.cancel(),changed:()=>this.refresh()});let s=a("div",{class:"box-tools",role:"group","aria-label":"Boxes and zoom"},this.makeButton,this.acceptButton,this.removeButton,this.chips.root,a("div",{class:"box-zooms"},u("−",()=>this.zoom(1/st),{"aria-label":"Zoom out",title:"Zoom out (,)"}),this.zoomed,u("+",()=>this.zoom(st),{"aria-label":"Zoom in",title:"Zoom in (.)"}),u("Fit",()=>this.fit(),{title:"See the whole picture"})));this.root=a("div",{class:"boxes"},a("style",{},Qs),t,s,this.hint,this.announcer),addEventListener("keyup",this.onKeyUp,!0),this.refresh()}options;root;list=[];suggestion=[];others=[];picture=null;size={width:1,height:1};selected=-1;nextClass="";settled=[];timer;view;gestures;announcer=a("span",{class:"visually-hidden","aria-live":"polite"});hint=a("p",{class:"muted small box-hint"});zoomed=a("span",{class:"box-zoom numbers"});chips=new et(e=>this.choose(e));empty=a("p",{class:"box-empty muted"},"Loading the picture…");makeButton=u("New box",()=>this.make(),{title:"A box in the middle, to be moved with the arrows (Insert)"});acceptButton=u("",()=>this.accept(),{hidden:!0});removeButton=u("Remove",()=>this.removeAndStay(),{title:"Remove the selected box (Delete)"});onKeyUp=e=>{this.gestures.key(e),e.code in Xs&&this.settle()};get boxes(){return this.list.map(e=>({...e}))}get stage(){return this.view.stage}load(e,t,s,i=[]){let r=Je(i,this.suggestion);if(e===this.picture&&e&&Je(s,this.settled)&&r)return;let o=e===this.picture?this.list[this.selected]:void 0;clearTimeout(this.timer),this.timer=void 0,this.gestures.abort(),this.picture=e,this.size=t,this.list=s.map(l=>({...l})),this.settled=this.boxes,this.suggestion=i.map(l=>({...l})),this.selected=o?this.list.findIndex(l=>ve(l,o)):-1,this.empty.hidden=e!==null,this.root.style.setProperty("--ratio",String(t.height/Math.max(1,t.width))),this.view.show(e,t),this.refresh()}overlay(e){this.others=e,this.refresh()}setClass(e){this.nextClass=e;let t=this.list[this.selected];if(!t||t.class_name===e)return this.refresh();this.list[this.selected]={...t,class_name:e},this.settle(),p(this.announcer,zt(this.list,this.selected))}get className(){let e=this.options.classes();return e.some(s=>s.name===this.nextClass)?this.nextClass:e[0]?.name??""}copyFrom(e){let t=e.filter(s=>!this.list.some(i=>ve(i,s)));t.length!==0&&(this.list.push(...t.map(s=>({...s}))),this.selected=-1,this.settle(),p(this.announcer,`${v(t.length,"box","boxes")} added`))}replaceWith(e){this.list=e.map(t=>({...t})),this.selected=-1,this.settle()}accept(){this.copyFrom(this.offered)}deleteSelected(){let e=this.list[this.selected];return e?(this.list.splice(this.selected,1),this.selected=-1,this.settle(),p(this.announcer,`${e.class_name} removed, ${v(this.list.length,"box","boxes")} left`),!0):!1}fit(){this.view.view.fit(),this.refresh()}key(e){if(this.gestures.key(e))return!0;if(e.ctrlKey||e.metaKey)return this.settle(),!1;let t=Xs[e.code];if(t)return this.arrow(t,e);if(this.settle(),e.altKey)return!1;let s=e.composedPath().includes(this.stage);if(e.code==="Tab")return s&&this.step(e.shiftKey?-1:1);if(e.code==="Delete"||e.code==="Backspace")return this.deleteSelected();if(e.code==="Escape")return this.letGo();if(e.code==="Insert")this.make();else if(e.code==="Period"||e.code==="NumpadAdd")this.zoom(st);else if(e.code==="Comma"||e.code==="NumpadSubtract")this.zoom(1/st);else return!1;return!0}dispose(){this.settle(),removeEventListener("keyup",this.onKeyUp,!0),this.gestures.abort(),this.view.dispose()}get least(){return{width:1/Math.max(1,this.size.width),height:1/Math.max(1,this.size.height)}}get offered(){return this.suggestion.filter(e=>!this.list.some(t=>ve(t,e)))}scene(){return{layers:[...this.others,{look:"suggested",boxes:this.offered,colour:""},{look:"own",boxes:this.list,colour:""}],selected:this.selected,hovered:this.gestures.hovered,guide:this.gestures.guide}}zoom(e){this.view.view.zoom(e),this.refresh()}click(e){if(e.suggested!==void 0){let t=this.offered[e.suggested];t&&this.copyFrom([t]),this.select(this.list.length-1)}else this.select(e.place)}drag(e,t,s){let i=this.settled[e.place];if(e.kind==="draw"){let{length:r}=this.settled;this.list[r]={class_name:this.className,...Qe(t,s,this.least)},this.selected=r}else if(i){let r=s.x-t.x,o=s.y-t.y;this.list[e.place]=e.kind==="move"?{...i,...Ht(i,r,o)}:{...i,...Nt(i,e.grip,r,o,this.least)},this.selected=e.place}this.view.paint()}cancel(){this.list=this.settled.map(e=>({...e})),this.selected>=this.list.length&&(this.selected=-1),this.refresh()}make(){this.settle();let e=this.list.length%8*jr,t={x:(1-it)/2+e,y:(1-it)/2+e},s={x:t.x+it,y:t.y+it};this.list.push({class_name:this.className,...Qe(t,s,this.least)}),this.settle(),this.select(this.list.length-1),this.stage.focus({preventScroll:!0})}removeAndStay(){this.deleteSelected(),this.stage.focus({preventScroll:!0})}arrow([e,t],s){let{view:i}=this.view,r=this.list[this.selected];if(!r)return i.whole||s.altKey||s.shiftKey?!1:(i.pan(-e*Js,-t*Js),this.refresh(),!0);let o=s.shiftKey?Gr:1,l=e*o*this.least.width,h=t*o*this.least.height,d=s.altKey?Nt(r,"se",l,h,this.least):Ht(r,l,h);return this.list[this.selected]={...r,...d},i.reveal(d),this.view.paint(),clearTimeout(this.timer),this.timer=setTimeout(()=>this.settle(),Fr),!0}step(e){let s=(this.selected===-1&&e<0?this.list.length:this.selected)+e;return s<0||s>=this.list.length?(this.select(-1),!1):(this.select(s),!0)}letGo(){return this.gestures.abort()?!0:this.selected===-1?!1:(this.select(-1),!0)}select(e){this.settle(),this.selected=e in this.list?e:-1;let t=this.list[this.selected];t&&this.view.view.reveal(t),p(this.announcer,t?zt(this.list,this.selected):""),this.refresh()}settle(){clearTimeout(this.timer),this.timer=void 0,!this.gestures.busy&&(Je(this.list,this.settled)||(this.settled=this.boxes,this.options.onChange(this.boxes)),this.refresh())}refresh(){let e=this.selected!==-1,t=this.offered.length;p(this.hint,Ys(e)),p(this.zoomed,`${Math.round(this.view.view.scale/this.view.view.fitting*100)} %`),p(this.acceptButton,`Take ${v(t,"suggested box","suggested boxes")}`),this.acceptButton.hidden=t===0,this.removeButton.disabled=!e,this.makeButton.disabled=this.picture===null||this.options.classes().length===0,this.stage.setAttribute("aria-label",`Picture with ${v(this.list.length,"box","boxes")}. Insert makes one, Tab goes through them.`),this.gestures.busy||this.chips.update(this.list,this.selected,this.options.classes()),this.view.paint()}choose(e){this.select(e),this.stage.focus({preventScroll:!0})}};var Yr=128,Qr=12,Xr=48,Jr=1500,ce=class{constructor(e,t,s){this.samples=e;this.shape=t;this.changed=s;this.small=Math.max(t[0],t[1])<=Yr}samples;shape;changed;found=new Map;asked=new Set;failed=new Map;small;wanted=[];timer;disposed=!1;get size(){return{width:this.shape[1],height:this.shape[0]}}get(e){return this.found.get(e)??null}error(e){return this.failed.get(e)??null}want(e){this.wanted=e;let t=e.filter(i=>!this.found.has(i)&&!this.asked.has(i)),s=this.small?Qr:1;if(t.length>0&&(t[0]===e[0]||t.length>=s/2))for(let i=0;i<t.length;i+=s)this.load(t.slice(i,i+s));for(let[i,r]of this.found){if(this.found.size<=Xr+e.length)break;e.includes(i)||(r.close(),this.found.delete(i))}}retry(){this.failed.clear(),this.want(this.wanted)}dispose(){this.disposed=!0,clearTimeout(this.timer);for(let e of this.found.values())e.close();this.found.clear()}async load(e){for(let t of e)this.asked.add(t);try{let t=await U("GET",se(this.samples,e)),s=await createImageBitmap(await t.blob()),i=Math.min($t,e.length),r=s.width/i,o=s.height/Math.ceil(e.length/i),l=await Promise.all(e.map((h,d)=>e.length===1?s:createImageBitmap(s,d%i*r,Math.floor(d/i)*o,r,o)));e.length>1&&s.close(),e.forEach((h,d)=>{let c=l[d];if(c){if(this.disposed)return c.close();this.failed.delete(h),this.found.set(h,c)}})}catch(t){let s=b(t);for(let i of e)this.failed.set(i,s);s.passing&&!this.disposed&&(clearTimeout(this.timer),this.timer=setTimeout(()=>this.retry(),Jr))}for(let t of e)this.asked.delete(t);this.disposed||this.changed(e)}};var Zr=8,ee=48,en=60,rt=class{constructor(e,t,s){this.desk=e;this.pictures=t;this.jump=s;this.panel=a("nav",{class:"recent-answers","aria-label":"Answered last"},this.list),this.panel.hidden=!0,this.list.classList.toggle("for-text",t===null)}desk;pictures;jump;panel;list=a("ol",{class:"lately"});timer;items=[];plan(e){this.items=e.behind(Zr),this.timer===void 0&&(this.timer=setTimeout(()=>{this.timer=void 0,this.paint()},120))}dispose(){clearTimeout(this.timer)}paint(){for(this.panel.hidden=this.items.length===0;this.list.children.length>this.items.length;)this.list.lastElementChild?.remove();this.items.forEach((e,t)=>{let s=this.list.children[t]??this.make();(!s.isConnected||s.parentElement!==this.list)&&this.list.append(s),this.fill(s,e)})}make(){let e=a("button",{type:"button",class:"recent-item"});this.pictures?e.append(a("canvas",{width:ee,height:ee,"aria-hidden":!0})):e.append(a("span",{class:"recent-text","aria-hidden":!0})),e.append(a("span",{class:"recent-answer"}));let t=a("li",{},e);return e.addEventListener("click",()=>this.jump(Number(t.dataset.item))),t}fill(e,t){let s=this.desk.work.look(t),i=C(s)||"no answer",r=this.pictures?.get(t)??null,o=`${t} ${i} ${s.unsure} ${r!==null}`;if(e.dataset.state===o)return;e.dataset.state=o,e.dataset.item=String(t);let l=s.value.classes[0];e.style.setProperty("--colour",l?this.desk.colour(l):"var(--line)");let h=e.querySelector(".recent-answer");h&&p(h,i),e.firstElementChild?.setAttribute("aria-label",`Go back to sample ${t}: ${i}`);let d=e.querySelector(".recent-text");d&&p(d,(this.desk.work.item(t)?.text??"").slice(0,en));let c=e.querySelector("canvas")?.getContext("2d");if(!c||(c.clearRect(0,0,ee,ee),!r))return;let m=ee/Math.max(r.width,r.height),[f,y]=[r.width*m,r.height*m];c.drawImage(r,(ee-f)/2,(ee-y)/2,f,y)}};var nt=class{constructor(e,t){this.desk=e;this.chip.append(this.chipText,this.chipKey),this.chip.addEventListener("click",t),this.below=a("div",{class:"one-foot"},this.chip,this.standing)}desk;above=a("p",{class:"returned",hidden:!0});below;standing=a("p",{class:"standing",hidden:!0});chip=a("button",{type:"button",class:"chip",hidden:!0});chipText=a("span");chipKey=a("kbd",{class:"key","aria-hidden":!0});show(e,t,s){this.showReturned(e),this.showSuggestion(s),this.showAnswer(t)}hide(){this.chip.hidden=this.standing.hidden=this.above.hidden=!0}showReturned(e){if(this.above.hidden=e?.standing!=="returned",this.above.hidden)return;let t=e?.returned?`: ${e.returned}`:".";p(this.above,`A reviewer sent this back${t}`)}showSuggestion(e){if(this.chip.hidden=e===null,!e)return;let{value:t,score:s,source:i}=e;p(this.chipText,`${_e(t)} ${Math.round(s*100)} %`),p(this.chipKey,this.desk.keys.printed("accept")),this.chip.title=`Suggested by ${i}. Accept it with one key.`;let r=t.classes[0]??t.boxes[0]?.class_name;this.chip.style.setProperty("--colour",r?this.desk.colour(r):"var(--accent)")}showAnswer(e){let t=[];e.standing!=="open"?t.push(e.pending?"Changed, not submitted":`Your answer: ${C(e)}`):e.pending&&!N(e.value)&&t.push("Not submitted yet"),e.unsure&&t.push("not sure"),e.comment!==""&&t.push(`“${e.comment}”`),this.standing.hidden=t.length===0,this.standing.dataset.standing=e.pending?"pending":e.standing,p(this.standing,t.join(" · "))}};var tn=128,Zs="Loading the picture…",ot=class{constructor(e,t,s){this.stage=e;this.pictures=t;this.seen=s;e.append(this.canvas,this.waiting),this.observer=new ResizeObserver(()=>this.fit()),this.observer.observe(e)}stage;pictures;seen;canvas=a("canvas",{class:"picture",role:"img"});waiting=a("p",{class:"muted picture-waiting"},Zs);observer;painted=-1;show(e,t){this.canvas.setAttribute("aria-label",t);let s=this.pictures.get(e);if(this.canvas.hidden=s===null,this.waiting.hidden=s!==null,!s){let o=this.pictures.error(e);p(this.waiting,o?`${o.what} ${o.fix}`:Zs),this.painted=-1;return}if(this.painted===e)return;let i=this.canvas.width!==s.width||this.canvas.height!==s.height;i&&(this.canvas.width=s.width,this.canvas.height=s.height);let r=this.canvas.getContext("2d");r?.clearRect(0,0,s.width,s.height),r?.drawImage(s,0,0),(i||this.painted===-1)&&this.fit(),this.painted=e,this.seen()}dispose(){this.observer.disconnect()}fit(){let{width:e,height:t}=this.canvas,s=Math.max(1,this.stage.clientWidth),i=Math.max(1,this.stage.clientHeight),r=Math.max(e,t)<=tn,o=Math.min(s/e,i/t);r&&o>1&&(o=Math.floor(o)),this.canvas.style.width=`${e*o}px`,this.canvas.style.height=`${t*o}px`,this.canvas.classList.toggle("crisp",r&&o>1)}};function Vt(n,e){let t=0;for(let s=0;s<e;t+=1)s+=(n.codePointAt(s)??0)>65535?2:1;return t}function O(n,e){let t=0;for(let s=0;s<e&&t<n.length;s+=1)t+=(n.codePointAt(t)??0)>65535?2:1;return t}var at=class{constructor(e){this.text=e;for(let t of new Intl.Segmenter(void 0,{granularity:"word"}).segment(e))t.isWordLike&&(this.starts.push(t.index),this.ends.push(t.index+t.segment.length))}text;starts=[];ends=[];step(e,t){return t>0?this.ends.find(s=>s>e)??this.text.length:this.starts.findLast(s=>s<e)??0}letter(e,t){let{text:s}=this;if(t<0&&e<=0)return 0;if(t>0&&e>=s.length)return s.length;let i=Math.max(0,e-32),r=s.slice(i,e+32),l=new Intl.Segmenter(void 0,{granularity:"grapheme"}).segment(r).containing(t>0?e-i:e-i-1);return l?i+l.index+(t>0?l.segment.length:0):e+t}};function ei(n,e,t){let s=n.slice(e,t),i=s.length-s.trimStart().length,r=s.trim().length;return r>0?[e+i,e+i+r]:null}var ti=32;function si(n,e,t,s){let i=sn(n,e,t),r=new Set([0,n.length]);for(let{start:h,end:d}of i)r.add(h).add(d);let o=[...r].sort((h,d)=>h-d),l=[];return o.slice(0,-1).forEach((h,d)=>{let c=o[d+1]??h,m=n.slice(h,c),f=i.filter(({start:y,end:x})=>y<=h&&x>=c);l.push(f.length===0?document.createTextNode(m):rn(m,h,f,s));for(let y of f.filter(({end:x})=>x===c))l.push(nn(y,s))}),l}function sn(n,e,t){let s=[...e.map(i=>({...i,suggested:!1})),...t.map(i=>({...i,suggested:!0}))].map(i=>({...i,start:O(n,i.start),end:O(n,i.end),lane:0}));return s.sort((i,r)=>i.start-r.start||r.end-i.end),s.forEach((i,r)=>{let o=s.slice(0,r).filter(l=>l.end>i.start);for(;o.some(({lane:l})=>l===i.lane);)i.lane+=1}),s}function rn(n,e,t,s){let i=a("span",{class:"piece","data-from":e},n),r=t.map(({class_name:c})=>`linear-gradient(${s(c)} 0 0)`),o=t.map(({lane:c})=>`0 calc(100% - ${c*4}px)`),l=t.map(({suggested:c})=>c?"100% 1px":"100% 3px");i.style.backgroundImage=r.join(", "),i.style.backgroundPosition=o.join(", "),i.style.backgroundSize=l.join(", "),i.style.paddingBottom=`${4+4*Math.max(...t.map(({lane:c})=>c))}px`;let d=t.filter(({suggested:c})=>!c).at(-1);return d&&i.style.setProperty("--colour",s(d.class_name)),i.classList.toggle("suggested",!d),i.title=t.map(({class_name:c})=>c).join(", "),i}function nn(n,e){let t=n.suggested?`${n.class_name}?`:n.class_name,s=a("span",{class:"tag","data-name":t,"aria-hidden":!0});return s.classList.toggle("suggested",n.suggested),s.style.setProperty("--colour",e(n.class_name)),s}var lt=class{constructor(e,t){this.colour=e;this.does=t}colour;does;root=a("ol",{class:"mark-chips","aria-label":"Marks",hidden:!0});update(e,t){this.root.hidden=t.length===0,this.root.replaceChildren(...t.map((s,i)=>this.chip(e,s,i)))}select(e){[...this.root.children].forEach((t,s)=>{t.firstElementChild?.setAttribute("aria-pressed",String(e===s))})}chip(e,t,s){let{class_name:i,start:r,end:o}=t,l=e.slice(O(e,r),O(e,o)).replace(/\s+/g," "),h=l.length>ti?`${l.slice(0,ti)}…`:l,c=u("",()=>this.does.choose(s),{class:"mark-chip","aria-pressed":"false"});c.style.setProperty("--colour",this.colour(i)),c.append(a("b",{},i),` ${h}`);let m=u("×",()=>this.does.remove(s),{class:"mark-remove","aria-label":`Remove ${i}: ${h}`});return a("li",{},c,m)}};var ht=class{constructor(e){this.body=e}body;rectAt(e){let t=document.createRange(),[s,i]=this.nodeAt(e);t.setStart(s,i);let r=t.getClientRects()[0];if(r)return r;let o=s.textContent?.length??0;return t.setEnd(s,Math.min(o,i+1)),t.getBoundingClientRect()}line(e,t,s){let i=this.rectAt(e),r=t>0?s:0,o=null,l=1/0;for(let h=e+t;h>=0&&h<=s;h+=t){let d=this.rectAt(h);if(!((d.top-i.top)*t<3)){if(o??=d.top,Math.abs(d.top-o)>3)break;Math.abs(d.left-i.left)<l&&(l=Math.abs(d.left-i.left),r=h)}}return r}select(e,t){let[s,i]=this.nodeAt(e),[r,o]=this.nodeAt(t);document.getSelection()?.setBaseAndExtent(s,i,r,o);let{top:l,bottom:h}=this.rectAt(t),d=this.body.getBoundingClientRect();l<d.top?this.body.scrollTop-=d.top-l+24:h>d.bottom&&(this.body.scrollTop+=h-d.bottom+24)}unselect(){let e=document.getSelection();e&&e.rangeCount>0&&e.removeAllRanges()}selected(){let e=this.range();return!e||!this.body.contains(e.startContainer)||!this.body.contains(e.endContainer)?null:[this.unitOf(e.startContainer,e.startOffset),this.unitOf(e.endContainer,e.endOffset)]}range(){let e=this.body.getRootNode(),t=document.getSelection();if(!t||!(e instanceof ShadowRoot))return;let s=t;if(s.getComposedRanges)return s.getComposedRanges({shadowRoots:[e]})[0];let r=e.getSelection?.()??t;return r.rangeCount>0?r.getRangeAt(0):void 0}unitOf(e,t){let s=document.createRange();return s.setStart(this.body,0),s.setEnd(e,t),s.toString().length}nodeAt(e){let t=document.createTreeWalker(this.body,NodeFilter.SHOW_TEXT),s=0,i=this.body;for(let r=t.nextNode();r;r=t.nextNode()){let o=r.textContent?.length??0;if(e<=s+o)return[r,e-s];s+=o,i=r}return[i,i===this.body?0:i.textContent?.length??0]}};var on="Select with the mouse, or with Shift and the arrows (Alt: letter by letter), then press a class.",an="A class renames this mark, Delete removes it, Escape lets go of it.",ln="Press a class to mark this.",dt=class{constructor(e){this.options=e;let t=a("div",{class:"reading-frame"},this.body,this.caretMark);this.chips=new lt(s=>this.colour(s),{choose:s=>this.choose(s),remove:s=>this.removeAt(s)}),this.root=a("div",{class:"textview"},t,this.chips.root,this.hint),this.hint.hidden=!e.spans,this.body.classList.toggle("markable",e.spans),e.spans&&(document.addEventListener("selectionchange",this.onSelection),this.body.addEventListener("click",s=>this.click(s)),this.body.addEventListener("blur",()=>this.paintCaret()),this.body.addEventListener("focus",()=>this.paintCaret()),this.refreshHint())}options;root;body=a("div",{class:"reading",tabindex:0,role:"document"});caretMark=a("span",{class:"caret","aria-hidden":!0,hidden:!0});places=new ht(this.body);chips;hint=a("p",{class:"muted small text-hint"});text="";spans=[];suggestion=[];words=null;anchor=0;caret=0;selected=-1;onSelection=()=>this.followPointer();dispose(){document.removeEventListener("selectionchange",this.onSelection)}load(e,t,s=[]){let i=e!==this.text;!i&&ii(t,this.spans)&&ii(s,this.suggestion)||(this.text=e,this.spans=t.map(r=>({...r})),this.suggestion=s,i&&(this.words=null,this.body.scrollTop=0,this.anchor=this.caret=0),this.selected=-1,this.render())}mark(e){if(!this.options.spans)return!1;let t=this.chosen();if(t){let[i,r]=t;this.anchor=this.caret=r,this.places.unselect();let o={start:Vt(this.text,i),end:Vt(this.text,r),class_name:e};return this.tell([...this.spans,o]),!0}return this.spans[this.selected]?(this.tell(this.spans.map((i,r)=>r===this.selected?{...i,class_name:e}:i)),!0):!1}remove(){let e=this.selected!==-1?this.selected:this.smallestAt(this.caret);return e===-1?!1:(this.tell(this.spans.filter((t,s)=>s!==e)),!0)}escape(){return this.selected===-1&&this.anchor===this.caret?!1:(this.anchor=this.caret,this.places.unselect(),this.select(-1),!0)}key(e){if(!this.options.spans||e.ctrlKey||e.metaKey)return!1;let{code:t,altKey:s,shiftKey:i}=e;this.words??=new at(this.text);let r;if(t==="ArrowLeft"||t==="ArrowRight"){let o=t==="ArrowLeft"?-1:1;r=s?this.words.letter(this.caret,o):this.words.step(this.caret,o)}else if(t==="ArrowUp"||t==="ArrowDown")r=this.places.line(this.caret,t==="ArrowUp"?-1:1,this.text.length);else if(t==="Home")r=0;else if(t==="End")r=this.text.length;else return!1;return this.caret=r,i||(this.anchor=r),this.selected=-1,this.places.select(this.anchor,this.caret),this.markSelected(),this.refreshHint(),!0}tell(e){this.selected=-1,this.spans=e,this.render(),this.options.onChange(e)}chosen(){if(this.anchor===this.caret)return null;let e=Math.min(this.anchor,this.caret),t=Math.max(this.anchor,this.caret);return ei(this.text,e,t)}render(){let{text:e,spans:t,suggestion:s}=this,i=si(e,t,s,r=>this.colour(r));this.body.classList.toggle("muted",e===""),this.body.replaceChildren(...e===""?["(an empty text)"]:i),this.options.spans&&this.chips.update(e,t),this.markSelected(),this.refreshHint()}removeAt(e){this.selected=e,this.remove(),this.body.focus({preventScroll:!0})}choose(e){let t=this.spans[e];if(!t)return;this.anchor=this.caret=O(this.text,t.end),this.places.unselect(),this.body.focus({preventScroll:!0}),this.select(e),this.body.querySelector(`.piece[data-from="${O(this.text,t.start)}"]`)?.scrollIntoView({block:"nearest"})}select(e){this.selected=e,this.markSelected(),this.refreshHint()}markSelected(){let e=this.spans[this.selected],t=e?O(this.text,e.start):-1,s=e?O(this.text,e.end):-1;for(let i of this.body.querySelectorAll(".piece")){let r=Number(i.dataset.from);i.classList.toggle("chosen",r>=t&&r<s)}this.chips.select(this.selected),this.paintCaret()}click(e){if(this.anchor!==this.caret)return;let t=e.target.closest(".piece");this.select(t?this.smallestAt(Number(t.dataset.from)):-1)}smallestAt(e){let t=-1,s=1/0;return this.spans.forEach((i,r)=>{let o=O(this.text,i.start),l=O(this.text,i.end);o<=e&&e<=l&&l-o<s&&(t=r,s=l-o)}),t}followPointer(){let e=this.places.selected();if(!e)return;let[t,s]=e;t===Math.min(this.anchor,this.caret)&&s===Math.max(this.anchor,this.caret)||(this.anchor=t,this.caret=s,t!==s&&(this.selected=-1),this.markSelected(),this.refreshHint())}paintCaret(){let e=this.body.getRootNode(),t=e instanceof ShadowRoot&&e.activeElement===this.body;if(this.caretMark.hidden=!t||this.anchor!==this.caret||this.text==="",this.caretMark.hidden)return;let s=this.places.rectAt(this.caret),i=this.body.parentElement?.getBoundingClientRect();i&&(this.caretMark.style.transform=`translate(${s.left-i.left}px, ${s.top-i.top}px)`,this.caretMark.style.height=`${s.height}px`)}refreshHint(){if(!this.options.spans)return;let e=this.selected!==-1?an:this.chosen()?ln:on;p(this.hint,e)}colour(e){return D(this.options.classes(),e)}};function ii(n,e){return JSON.stringify(n)===JSON.stringify(e)}var ri=50,ct=class{constructor(e,t,s){this.session=e;this.annotator=t;this.work=s}session;annotator;work;items=[];at=0;asked=0;complete=!1;asking=null;get current(){return this.items[this.at]??null}get previous(){return this.items[this.at-1]??null}get empty(){return this.items.length===0}get canGoBack(){return this.at>0||!this.complete}get canGoForward(){return this.at<this.items.length}behind(e){return this.items.slice(Math.max(0,this.at-e),this.at).reverse()}onward(e){return this.items.slice(this.at,this.at+e)}add(e){this.at=this.items.push(e)-1}goTo(e){let t=this.items.indexOf(e);t===-1?this.items.splice(Math.min(this.at,this.items.length),0,e):this.at=t}advance(){for(this.at+=1;this.current!==null&&this.work.look(this.current).standing!=="open";)this.at+=1}forward(){return this.canGoForward?(this.at+=1,!0):!1}async back(){return this.at===0&&await this.fetchEarlier(),this.at===0?!1:(this.at-=1,!0)}dispose(){this.asking?.abort()}async fetchEarlier(){if(this.complete||this.asking)return;this.asking=new AbortController;let{signal:e}=this.asking;try{for(let t=0;t===0&&!this.complete;){let{items:s}=await cs(this.session,this.annotator,this.asked,ri,e);this.asked+=s.length,this.complete=s.length<ri;let i=new Set(this.items),r=s.filter(({item:o})=>!i.has(o));this.work.take(r),this.items.unshift(...r.map(({item:o})=>o).reverse()),this.at+=r.length,t=r.length}}finally{this.asking=null}}};var ni=12,hn=3600,pt=class{constructor(e){this.desk=e;let{view:t,work:s,data:i}=e,{config:r}=t.session,o=t.task==="text";this.pictures=o?null:new ce(t.samples_digest,t.shape,l=>this.arrived(l)),this.text=o?new dt({classes:()=>e.view.classes,spans:r.spans,onChange:l=>this.edit({...this.answer.value,spans:l})}):null,this.boxes=r.answer==="boxes"?new de({classes:()=>e.view.classes,onChange:l=>this.edit({...this.answer.value,boxes:l})}):null,this.arrows=!r.spans&&!this.boxes,this.recent=new rt(e,this.pictures,l=>this.reveal([l])),this.ending=new oe(e,()=>this.retry()),this.remarks=new nt(e,()=>this.accept()),this.trail=new ct(i.session,i.annotator,s),this.picture=this.pictures&&!this.boxes?new ot(this.stage,this.pictures,()=>{this.shownAt=performance.now()}):null,this.text&&this.stage.append(this.text.root),this.boxes&&this.stage.append(this.boxes.root),this.stage.classList.toggle("for-text",this.text!==null),this.stage.classList.toggle("for-boxes",this.boxes!==null),(this.text||this.boxes)&&this.stage.removeAttribute("tabindex"),this.panel=a("div",{class:"one"},this.remarks.above,this.place,this.stage,this.remarks.below,this.ending.panel),this.below=this.recent.panel,this.panel.style.setProperty("--stage-height",`${i.height}px`),this.supply=new le({session:i.session,annotator:i.annotator,count:ni,batches:2,together:!1},s,()=>this.came()),this.show(),this.supply.fill()}desk;panel;below;arrows;stage=a("div",{class:"stage",tabindex:0,role:"group"});place=a("div",{class:"place"});ending;recent;remarks;trail;supply;pictures;text;boxes;picture;shown=null;shownAt=0;touched=new Set;get focus(){return this.text?.body??this.boxes?.stage??this.stage}get doing(){let e=this.shown!==null,{answer:t}=this;return{back:this.trail.canGoBack,forward:this.trail.canGoForward,skip:e,unsure:e,unsureOn:t.unsure,commented:t.comment!=="",clear:e&&(t.standing!=="open"||t.pending),copy_previous:e&&!this.desk.instant&&this.trail.previous!==null,fit:this.boxes!==null&&e,submit:this.submitting()}}key(e){return this.shown===null?!1:this.boxes?.key(e)??this.text?.key(e)??!1}choose(e){if(this.shown===null||this.text?.mark(e))return;if(this.boxes){this.boxes.setClass(e),this.desk.bar.mark([e]);return}if(!this.ready)return this.desk.say("The picture is still on its way.");let{classes:t}=this.answer.value;if(this.desk.instant)return this.give({...S,classes:[e]},!1);if(this.desk.view.session.config.answer==="single")this.edit({...this.answer.value,classes:[e]});else{let s=t.filter(r=>r!==e),i=s.length===t.length;this.edit({...this.answer.value,classes:i?[...s,e]:s})}this.desk.say(C(this.answer)||"nothing chosen")}act(e){if(e==="back")return void this.back();if(e==="forward")return void(this.trail.forward()&&this.show());this.shown!==null&&(e==="submit"||e==="accept"?this.submit():e==="skip"?this.skip():e==="unsure"?this.flag(!this.answer.unsure):e==="clear"?this.clear():e==="copy_previous"?this.copy():e==="fit"&&this.boxes?.fit())}remove(){this.text?.remove()}escape(){this.text?.escape()}all(){}targets(){return this.shown===null?[]:[this.shown]}reveal(e){let[t]=e;t!==void 0&&(this.trail.goTo(t),this.show())}refresh(){this.shown===null?this.show():this.paint()}retry(){this.pictures?.retry(),this.supply.fill(!0)}dispose(){this.trail.dispose(),this.supply.dispose(),this.picture?.dispose(),this.text?.dispose(),this.boxes?.dispose(),this.pictures?.dispose(),this.recent.dispose()}get answer(){return this.shown===null?A:this.desk.work.look(this.shown)}get suggestion(){return this.shown===null?null:this.desk.work.item(this.shown)?.suggestion??null}get ready(){return this.shown!==null&&(!this.pictures||this.pictures.get(this.shown)!==null)}get accepting(){let{answer:e}=this;return this.shown===null||!this.suggestion||this.touched.has(this.shown)?!1:e.standing==="open"&&N(e.value)}submitting(){if(this.shown===null)return null;if(this.accepting)return"Accept";let{answer:e}=this;return e.standing==="done"&&!e.pending?"Go on":this.desk.view.session.config.answer==="single"&&e.value.classes.length!==1?null:N(e.value)?"Nothing in it":"Submit"}submit(){let{answer:e}=this;if(!this.ready)return this.desk.say("The picture is still on its way.");if(this.accepting)return this.accept();if(e.standing==="done"&&!e.pending)return this.advance();if(this.desk.view.session.config.answer==="single"&&e.value.classes.length!==1)return this.desk.say("Choose a class first.");this.give(e.value,!1)}accept(){this.suggestion&&this.ready&&this.give(this.suggestion.value,!0)}give(e,t){if(this.shown===null)return;let s=J(this.answer,e);this.desk.work.change([{item:this.shown,after:s,accepted:t,seconds:this.seconds}]),this.desk.say(C(s)),this.advance()}skip(){this.shown!==null&&(this.desk.work.change([{item:this.shown,after:Pe(this.answer),seconds:this.seconds}]),this.desk.say("Skipped"),this.advance())}get seconds(){let e=(performance.now()-this.shownAt)/1e3;return Math.round(Math.min(hn,e)*100)/100}edit(e){this.shown!==null&&(this.touched.add(this.shown),this.desk.work.change([{item:this.shown,after:{...this.answer,value:e,pending:!0}}]),this.paint())}flag(e){this.shown!==null&&(this.desk.work.change([{item:this.shown,after:De(this.answer,e)}]),this.desk.say(e?"Not sure":"Sure"),this.paint())}clear(){this.shown!==null&&(this.touched.delete(this.shown),this.desk.work.change([{item:this.shown,after:A}]),this.desk.say("No answer"),this.paint())}copy(){let e=this.trail.previous;if(e===null||this.shown===null)return;let{value:t}=this.desk.work.look(e);this.boxes?this.boxes.copyFrom(t.boxes):t.classes.length>0&&this.edit({...this.answer.value,classes:t.classes})}advance(){this.trail.advance(),this.show()}async back(){try{await this.trail.back()&&this.show(),g(this.place,null)}catch(e){if(E(e))return;g(this.place,b(e),{label:"Try again",run:()=>{this.back()}})}this.desk.refresh()}came(){this.shown===null?this.show():this.prefetch(),this.desk.refresh()}show(){if(this.trail.current===null){let s=this.supply.next();s!==null&&this.trail.add(s)}let e=this.trail.current;e!==this.shown&&(this.shownAt=performance.now()),this.shown=e;let t=e!==null;this.stage.hidden=!t,this.ending.show(t?null:this.supply.state,this.supply.error,!this.trail.empty),t?this.paint():(this.remarks.hide(),this.desk.bar.mark([]),this.desk.refresh()),this.prefetch(),this.recent.plan(this.trail)}prefetch(){let e=this.supply.ahead.slice(0,ni);this.pictures?.want([...this.trail.onward(3),...e,...this.trail.behind(8)])}arrived(e){this.shown!==null&&e.includes(this.shown)&&this.paint(),this.recent.plan(this.trail)}paint(){let{shown:e,answer:t,suggestion:s}=this;if(e===null)return;let{work:i,bar:r}=this.desk,o=i.item(e),l=o?.name?`, ${o.name}`:"",h=this.accepting?s:null,{value:d}=t;if(this.text?.load(o?.text??"",d.spans,h?.value.spans??[]),this.picture?.show(e,`Picture ${e}${l}`),this.boxes&&this.pictures){let c=t.standing==="open"?s?.value.boxes??[]:[];this.boxes.load(this.pictures.get(e),this.pictures.size,d.boxes,c)}r.mark(this.boxes?[this.boxes.className]:d.classes,h?.value.classes??[]),this.remarks.show(o,t,h),this.stage.setAttribute("aria-label",`Sample ${e}${l}`),this.desk.refresh()}};var Wt=900,dn=500,oi=8e3,cn=200,ut=class{constructor(e,t,s){this.session=e;this.annotator=t;this.changed=s;this.prefix=`studio.draft:${e}:${t}:`,this.adopt(),addEventListener("pagehide",this.onHide),addEventListener("online",this.onOnline),this.due.size>0&&this.plan(0)}session;annotator;changed;offline=!1;kept=new Map;due=new Map;leaving=new Set;prefix;last=0;failures=0;timer;onHide=()=>{this.send(!0)};onOnline=()=>this.plan(0);get waiting(){return this.due.size+this.leaving.size}newest(e){let t=this.kept.get(e.item);if(this.last=Math.max(this.last,e.draft_seq),t&&t.value!==null&&t.seq>e.draft_seq&&(!t.sent||e.draft))return t;if(t&&e.draft_seq>=t.seq?this.forget(e.item):t?.sent&&this.forget(e.item),!e.draft)return null;let{value:s,unsure:i,comment:r}=e;return{item:e.item,seq:e.draft_seq,value:s??S,unsure:i,comment:r}}keep(e,t,s,i){this.last=Math.max(Date.now(),this.last+1);let r={item:e,seq:this.last,value:t,unsure:s,comment:i};this.write({...r,sent:!1}),this.due.set(e,r),this.plan(this.failures>0?oi:Wt)}drop(e,t){let s=t||this.leaving.has(e)||this.kept.get(e)?.sent===!0;if(this.due.delete(e),this.forget(e),!s)return;this.last=Math.max(Date.now(),this.last+1);let i={item:e,seq:this.last,value:null,unsure:!1,comment:""};this.write({...i,sent:!1}),this.due.set(e,i),this.plan(Wt)}dispose(){clearTimeout(this.timer),this.timer=void 0,removeEventListener("pagehide",this.onHide),removeEventListener("online",this.onOnline),this.send(!0)}plan(e){this.timer!==void 0&&e>0||(clearTimeout(this.timer),this.timer=setTimeout(()=>{this.timer=void 0,this.send(!1)},e))}async send(e){if(this.leaving.size>0||this.due.size===0)return;let t=[...this.due.values()].slice(0,cn);for(let{item:s}of t)this.due.delete(s),this.leaving.add(s);try{await fe(this.session,this.annotator,t,{keepalive:e}),this.settle(t),this.failures=0,this.offline=!1}catch(s){let i=b(s);if(this.leaving.clear(),i.passing){for(let r of t)this.due.has(r.item)||this.due.set(r.item,r);this.failures+=1,this.offline=!0}else t.length>1&&await this.oneByOne(t)}if(this.changed(),this.due.size>0){let s=Math.min(oi,dn*2**Math.max(0,this.failures-1));this.plan(this.failures>0?s:Wt)}}async oneByOne(e){for(let t of e)try{await fe(this.session,this.annotator,[t]),this.settle([t])}catch(s){b(s).passing&&!this.due.has(t.item)&&this.due.set(t.item,t)}}settle(e){for(let t of e){this.leaving.delete(t.item);let s=this.kept.get(t.item);s?.seq===t.seq&&(t.value===null?this.forget(t.item):this.write({...s,sent:!0}))}}write(e){this.kept.set(e.item,e);try{localStorage.setItem(this.prefix+e.item,JSON.stringify(e))}catch{}}forget(e){if(this.kept.delete(e))try{localStorage.removeItem(this.prefix+e)}catch{}}adopt(){try{for(let e of Object.keys(localStorage)){if(!e.startsWith(this.prefix))continue;let t=JSON.parse(localStorage.getItem(e)??"null");if(!t)continue;this.kept.set(t.item,t),this.last=Math.max(this.last,t.seq);let{sent:s,...i}=t;s||this.due.set(t.item,i)}}catch{}}};var mt=class{times=[];readings=[];gave(e){let t=performance.now();for(let s=0;s<e;s+=1)this.times.push(t)}note(e){let t=performance.now();this.readings=this.readings.filter(s=>t-s.at<3e5),e<(this.readings.at(-1)?.answers??0)&&(this.readings=[]),this.readings.push({at:t,answers:e})}get perMinute(){let e=performance.now(),t=this.times.findIndex(i=>e-i<6e4);if(t===-1)return this.times=[],0;t>0&&this.times.splice(0,t);let s=e-(this.times[0]??e);return s<1e4?0:Math.round(this.times.length/s*6e4)}secondsFor(e){let t=performance.now(),s=this.readings[0],i=this.readings.at(-1),r=this.perMinute/60;return s&&i&&t-s.at>=3e4&&i.answers>s.answers&&(r=Math.max(r,(i.answers-s.answers)/(t-s.at)*1e3)),r>0&&e>0?e/r:null}};var pn=500,un=90,ft=class{constructor(e,t,s,i){this.session=e;this.news=i;this.progressThen=s,this.revision=e.revision;let r=e.config.name;this.drafts=new ut(r,t,()=>i.changed()),this.outbox=V.open(`session:${r}:${t}`,{batch:pn,gatherMs:un,send:async(l,h)=>{let d=l.map(({mine:m,...f})=>f),c=await ds(r,t,d,{keepalive:h});return{acknowledged:c.acknowledged,reply:c}}});let o=this.outbox.reply;this.stopListening=this.outbox.listen(()=>{let{reply:l}=this.outbox;l&&l!==o&&(o=l,this.learn(l.progress,l.revision)),i.changed()}),this.pace.note(s.answers)}session;news;drafts;pace=new mt;outbox;stopListening;items=new Map;answers=new Map;given=new Map;open=new Set;done=[];undone=[];progressThen;revision;get state(){let{state:e}=this.outbox;return this.drafts.offline&&(e==="saved"||e==="idle")?"offline":e}get error(){return this.outbox.error}get waiting(){return this.outbox.waiting.length+(this.drafts.offline?this.drafts.waiting:0)}get canUndo(){return this.done.length>0}get canRedo(){return this.undone.length>0}get progress(){let e=this.outbox.waiting.reduce((i,r)=>i+r.mine,0),t=this.progressThen,s=this.session.config.overlap===1?e:0;return{...t,mine:Math.max(0,t.mine+e),done:Math.min(t.total,Math.max(0,t.done+s))}}learn(e,t){this.progressThen=e,this.pace.note(e.answers),t>this.revision&&this.news.revised(t)}get held(){return[...new Set([...this.open,...this.outbox.waiting.map(e=>e.item)])]}take(e,t=!1){let s=new Map(this.outbox.waiting.map(i=>[i.item,i]));for(let i of e){this.items.set(i.item,i);let r=this.answers.get(i.item);if(r&&!(t&&r.standing!=="open"&&!s.has(i.item)))continue;let o=s.get(i.item),l=o?fn(o):mn(i);this.given.set(i.item,l);let h=o?null:this.drafts.newest(i),d=h?{...l,...Gt(h),pending:!0}:l;this.set(i.item,d)}}forget(e){for(let t of e)this.open.delete(t),this.answers.delete(t),this.given.delete(t),this.items.delete(t)}item(e){return this.items.get(e)}look(e){return this.answers.get(e)??A}change(e){let t=e.map(({item:s,after:i,accepted:r=!1,seconds:o=null})=>{let l=this.look(s);return{item:s,before:l,after:{...i,value:me(i.value)},accepted:r,seconds:o}});t.length!==0&&(this.done.push(t),this.undone=[],this.apply(t))}remark(e,t){let s=this.look(e);this.set(e,{...s,comment:t,pending:!0}),this.drafts.keep(e,s.value,s.unsure,t)}undo(){let e=this.done.pop();return e?(this.undone.push(e),this.apply(e.map(t=>({...t,before:t.after,after:t.before,accepted:!1}))),e.map(t=>t.item)):[]}redo(){let e=this.undone.pop();return e?(this.done.push(e),this.apply(e),e.map(t=>t.item)):[]}follow(e){let t=gn(e,this.revision);if(this.session=e,this.revision=e.revision,t.size===0)return;let s=i=>({...i,value:ai(i.value,t)});for(let i of[this.answers,this.given])for(let[r,o]of i)i.set(r,s(o));for(let i of this.items.values())i.suggestion&&(i.suggestion={...i.suggestion,value:ai(i.suggestion.value,t)});for(let i of[...this.done,...this.undone])for(let r of i)r.before=s(r.before),r.after=s(r.after)}retry(){this.outbox.retry()}discard(){let e=this.outbox.discard().map(t=>t.item);for(let t of e)this.given.set(t,A),this.set(t,A);return this.done=[],this.undone=[],e}dispose(){this.stopListening(),this.drafts.dispose()}apply(e){let t=[];for(let{item:s,after:i,accepted:r,seconds:o}of e){let l=this.given.get(s)??A;this.set(s,i);let h=this.opFor(s,l,i,r,o);h&&t.push(h),i.pending?this.drafts.keep(s,i.value,i.unsure,i.comment):this.drafts.drop(s,this.items.get(s)?.draft??!1)}this.outbox.add(...t),this.pace.gave(t.filter(s=>s.act!=="take_back").length),this.news.changed()}opFor(e,t,s,i,r){if(s.pending&&s.standing===t.standing||!s.pending&&Ns(t,s)&&s.standing==="open")return null;let o=s.standing==="done"?"answer":s.standing==="skipped"?"skip":"take_back";return this.given.set(e,s.standing==="open"?A:s),{op_id:Q(),item:e,act:o,value:o==="answer"?s.value:null,revision:this.revision,unsure:o==="take_back"?!1:s.unsure,comment:o==="take_back"?"":s.comment,seconds:o==="take_back"?null:r,accepted:o==="answer"&&i,mine:(s.standing==="done"?1:0)-(t.standing==="done"?1:0)}}set(e,t){this.answers.set(e,t),t.standing==="open"?this.open.add(e):this.open.delete(e)}};function Gt({value:n,unsure:e,comment:t}){return{value:n??S,unsure:e,comment:t}}function mn(n){let e=n.standing==="done"||n.standing==="late"?"done":n.standing==="skipped"?"skipped":"open",t=n.standing==="returned"||e!=="open";return{standing:e,...Gt({...n,value:t?n.value:null}),pending:!1}}function fn(n){return{standing:n.act==="answer"?"done":n.act==="skip"?"skipped":"open",...Gt(n),pending:!1}}function gn(n,e){let t=new Map;for(let s of n.changes){if(s.revision<=e)continue;let i=new Map(Object.entries(s.names));t=new Map([...t].map(([r,o])=>[r,i.get(o)??o]));for(let[r,o]of i)t.has(r)||t.set(r,o)}return t}function ai(n,e){let t=s=>e.get(s)??s;return me({classes:n.classes.map(t),spans:n.spans.map(s=>({...s,class_name:t(s.class_name)})),boxes:n.boxes.map(s=>({...s,class_name:t(s.class_name)}))})}var vn=8e3,li=24e4,gt=class{constructor(e,t,s){this.root=e;this.args=t;this.view=s;let{annotator:i,mode:r}=t.data;this.keys=new $(s.classes,s.keys),this.work=new ft(s.session,i,s.progress,{changed:()=>this.refresh(),revised:()=>{this.revise()}}),this.bar=new Ce(this.keys,h=>this.command({kind:"class",name:h}),()=>this.surface?.focus.focus({preventScroll:!0})),this.bar.update(s.classes),this.header=new je(this.work,{undo:()=>this.command({kind:"undo"}),redo:()=>this.command({kind:"redo"}),help:()=>this.guide.show(0)}),this.comment=new Oe(this.work,()=>{this.surface?.refresh(),this.surface?.focus.focus({preventScroll:!0}),this.refresh()});let o=r==="grid"&&s.session.config.answer!=="boxes";e.classList.toggle("as-grid",o),e.classList.toggle("as-one",!o),this.guide=new We(e,()=>this.view,i,this.keys,{remapped:()=>this.showKeys(),closed:()=>this.surface?.focus.focus({preventScroll:!0})});let l=this.shut();if(e.append(this.header.panel,this.savePlace),l)e.append(a("div",{class:"empty"},a("strong",{},l[0]),a("span",{},l[1])));else{let h=o?new Ve(this):new pt(this);this.surface=h;let d=a("div",{class:"work-side"},this.bar.panel),c=a("div",{class:"work-main"},h.panel,this.comment.panel,this.makeTools());h.below&&c.append(h.below),e.append(a("div",{class:"work"},c,d),this.announcer)}e.addEventListener("keydown",this.onKey),e.addEventListener("pointerdown",()=>{this.touched=performance.now()}),addEventListener("keydown",this.onStrayKey,!0),this.alive=setInterval(()=>this.keepAlive(),li),ie(()=>this.showKeys()),this.refreshNow(),this.surface&&(this.guide.greet(),!this.guide.open&&document.activeElement===document.body&&this.surface.focus.focus({preventScroll:!0}))}root;args;view;keys;work;bar;header;guide;comment;surface=null;tools=new Map;announcer=a("span",{class:"visually-hidden","aria-live":"polite"});savePlace=a("div",{class:"place"});asked=new AbortController;alive;refreshing=!1;reported="";touched=performance.now();reportTimer;onKey=e=>this.key(e);onStrayKey=e=>this.strayKey(e);get data(){return this.args.data}get instant(){let{answer:e,spans:t}=this.view.session.config;return e==="single"&&!t}update(e){this.args=e,this.root.style.setProperty("--stage-height",`${e.data.height}px`),this.refresh()}dispose(){this.asked.abort(),clearInterval(this.alive),clearTimeout(this.reportTimer),removeEventListener("keydown",this.onStrayKey,!0),this.root.removeEventListener("keydown",this.onKey),this.root.classList.remove("as-grid","as-one"),this.comment.close(),this.surface?.dispose(),this.guide.dispose(),this.header.dispose(),this.work.dispose()}say(e){p(this.announcer,e)}colour(e){return D(this.view.classes,e)}refresh(){this.refreshing||(this.refreshing=!0,queueMicrotask(()=>{this.refreshing=!1,this.asked.signal.aborted||this.refreshNow()}))}refreshNow(){this.header.refresh();let e=v(this.work.waiting,"answer");re(this.savePlace,this.work,e,()=>this.discard()),this.surface&&this.refreshTools(this.surface.doing),this.planReport()}shut(){let{session:e,member:t}=this.view;if(e.closed!==null)return["This session is closed","Whoever made it can reopen it on the Label page."];if(t)return null;let s=e.config.people.join(", ");return[`"${this.data.annotator}" is not among the people of this session`,`They are: ${s}. Check the name in the sidebar.`]}makeTools(){let e=[["back","Back"],["forward","Forward"],["clear","Clear"],["copy_previous","Copy previous"],["fit","Look closer"],["unsure","Not sure"],["comment","Comment"],["skip","Skip"],["submit","Submit"]],t=[a("div",{class:"group"}),a("div",{class:"group"})];for(let[s,i]of e){let r=u("",o=>{this.command({kind:"action",action:s}),o.detail>0&&!this.comment.open&&this.surface?.focus.focus({preventScroll:!0})},{class:s==="submit"?"button primary submit":"button"});r.append(a("span",{class:"tool-title"},i),a("kbd",{class:s==="submit"?"key on-accent":"key","aria-hidden":!0})),this.tools.set(s,r),t[["back","forward","clear","copy_previous","fit"].includes(s)?0:1]?.append(r)}return this.showKeys(),a("div",{class:"tools",role:"toolbar","aria-label":"Sample"},...t)}showKeys(){this.bar.paintKeys();for(let[e,t]of this.tools){let s=t.querySelector("kbd"),r=this.keys.code(e).startsWith("Arrow")&&this.surface?.arrows===!1,o=this.keys.printed(e);s&&p(s,r?`Ctrl ${o}`:o),s&&(s.hidden=o==="")}}refreshTools(e){for(let[s,i]of this.tools){let r=s==="copy_previous"&&(this.instant||this.root.classList.contains("as-grid"))||s==="fit"&&!this.root.classList.contains("as-grid");i.hidden!==r&&(i.hidden=r);let o=s==="submit"?e.submit!==null:s==="comment"?e.unsure:this.can(e,s);i.disabled===o&&(i.disabled=!o)}this.press("unsure",e.unsureOn),this.press("comment",e.commented);let t=this.tools.get("submit")?.firstElementChild;t&&p(t,e.submit??"Submit")}can(e,t){return t in e?!!e[t]:!0}press(e,t){let s=this.tools.get(e);s?.getAttribute("aria-pressed")!==String(t)&&s?.setAttribute("aria-pressed",String(t))}key(e){if(this.touched=performance.now(),e.defaultPrevented||this.guide.open||!this.surface)return;let t=e.composedPath()[0];if(t instanceof HTMLInputElement||t instanceof HTMLTextAreaElement)return;let s=t instanceof HTMLButtonElement||t instanceof HTMLAnchorElement,i=!e.ctrlKey&&!e.metaKey&&!e.altKey;s&&i&&(e.code==="Enter"||e.code==="Space")||this.handle(e)&&e.preventDefault()}strayKey(e){document.activeElement&&document.activeElement!==document.body||e.defaultPrevented||this.guide.open||!this.surface||!this.root.isConnected||!this.handle(e)||(e.preventDefault(),e.stopImmediatePropagation())}handle(e){let{surface:t}=this;if(!t)return!1;if(t.key(e))return!0;let s=this.keys.command(e,t.arrows);if(!s)return!1;let i=s.kind==="action"?s.action==="back"||s.action==="forward":s.kind==="undo"||s.kind==="redo";return(!e.repeat||i)&&this.command(s),!0}command(e){let{surface:t}=this;t&&(e.kind==="class"?t.choose(e.name):e.kind==="help"?this.guide.show(this.guide.open?0:1):e.kind==="undo"?this.walk("Undone",this.work.undo()):e.kind==="redo"?this.walk("Done again",this.work.redo()):e.kind==="escape"?t.escape():e.kind==="remove"?t.remove():e.kind==="all"?t.all():e.action==="comment"?this.comment.show(t.targets()):t.act(e.action))}walk(e,t){t.length!==0&&(this.surface?.reveal(t),this.say(`${e}: ${v(t.length,"sample")}`),this.refresh())}discard(){let e=this.work.discard();this.surface?.reveal(e),this.refresh()}async revise(){let{session:e,annotator:t}=this.data;try{this.view=await te(e,t,this.asked.signal)}catch(s){return E(s),void 0}this.work.follow(this.view.session),this.keys.update(this.view.classes,this.view.keys),this.bar.update(this.view.classes),this.surface?.refresh(),this.say("The classes have changed.")}keepAlive(){if(document.hidden||performance.now()-this.touched>li*2)return;let{session:e,annotator:t}=this.data;fe(e,t,[]).catch(()=>{})}planReport(){let{state:e,progress:t}=this.work,s=JSON.stringify(t);if(this.reported===""&&(this.reported=s),clearTimeout(this.reportTimer),s===this.reported||e!=="saved")return;let i=t.total>0&&t.done>=t.total;this.reportTimer=setTimeout(()=>{this.reported=s,this.args.setStateValue("progress",t)},i?0:vn)}};var hi=`.stage {
  position: relative;
  display: grid;
  place-items: center;
  height: min(var(--stage-height, 640px), 56svh);
  min-height: 15rem;
  overflow: hidden;
  border-radius: calc(var(--radius) * 1.2);
  background: color-mix(in srgb, var(--soft) 75%, var(--paper));
}
.stage:focus-visible {
  outline: 2px solid color-mix(in srgb, var(--accent) 55%, transparent);
  outline-offset: 2px;
}
.stage.for-text,
.stage.for-boxes {
  display: block;
  place-items: normal;
  height: auto;
  min-height: 0;
  overflow: visible;
  background: none;
}
.stage.for-boxes {
  --box-height: var(--stage-height, 640px);
}
.picture {
  display: block;
  border-radius: 3px;
}
.picture.crisp,
.recent-item canvas {
  image-rendering: pixelated;
}
.picture-waiting {
  padding: 1rem;
  text-align: center;
}
.one-foot {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: center;
  gap: 0.5rem 1rem;
  min-height: 2.6rem;
}
.chip {
  display: inline-flex;
  align-items: center;
  gap: 0.6rem;
  max-width: 100%;
  min-height: 2.5rem;
  padding: 0.2rem 1rem;
  overflow: hidden;
  border: 1.5px dashed var(--colour);
  border-radius: 2rem;
  background: color-mix(in srgb, var(--colour) 14%, var(--paper));
  color: var(--ink);
  font: inherit;
  font-weight: 600;
  font-variant-numeric: tabular-nums;
  cursor: pointer;
  touch-action: manipulation;
}
@media (hover: hover) {
  .chip:hover {
    border-style: solid;
  }
}
.standing {
  color: var(--muted);
  overflow-wrap: anywhere;
}
.standing[data-standing="done"] {
  color: var(--good);
}
.standing[data-standing="pending"] {
  color: var(--warn);
}
.returned {
  padding: 0.5rem 0.8rem;
  border-left: 3px solid var(--warn);
  border-radius: 4px;
  background: color-mix(in srgb, var(--warn) 12%, transparent);
  overflow-wrap: anywhere;
}
.ending .empty {
  min-height: min(18rem, 45svh);
}
.ending .empty[data-state="done"] {
  border-style: solid;
  background: color-mix(in srgb, var(--good) 7%, transparent);
}
.ending .empty strong {
  font-size: 1.25rem;
}
.ending .button {
  margin-top: 0.75rem;
}

/* Answered last. */
.lately {
  display: flex;
  gap: 0.4rem;
  margin: 0;
  padding: 3px;
  overflow-x: auto;
  list-style: none;
  scrollbar-width: thin;
}
.recent-item {
  display: grid;
  gap: 2px;
  width: 64px;
  padding: 4px;
  border: 1px solid transparent;
  border-radius: var(--radius);
  background: none;
  color: var(--ink);
  font: inherit;
  cursor: pointer;
}
.recent-item:hover {
  border-color: var(--line);
}
.recent-item canvas {
  width: 100%;
  aspect-ratio: 1;
  border-radius: 4px;
  background: #000000;
}
.recent-answer {
  overflow: hidden;
  border-top: 3px solid var(--colour);
  color: var(--muted);
  font-size: 0.72rem;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.lately.for-text .recent-item {
  width: 9rem;
  text-align: left;
}
.recent-text {
  height: 2.5em;
  overflow: hidden;
  font-size: 0.78rem;
  line-height: 1.25;
}
@media (hover: none) {
  .chip {
    min-height: 2.9rem;
  }
}
@container (max-width: 560px) {
  .stage {
    height: min(var(--stage-height, 640px), 40svh);
    min-height: 12rem;
  }
  .recent-answers {
    display: none;
  }
}
`;function wn(n,e){let t=Math.min(n.left+n.width,e.left+e.width),s=Math.min(n.top+n.height,e.top+e.height),i=t-Math.max(n.left,e.left),r=s-Math.max(n.top,e.top);if(i<=0||r<=0)return 0;let o=i*r;return o/(n.width*n.height+e.width*e.height-o)}function vt(n,e){let t=({classes:i,spans:r})=>JSON.stringify([i,r.map(o=>[o.start,o.end,o.class_name])]);if(t(n)!==t(e)||n.boxes.length!==e.boxes.length)return!1;let s=[...e.boxes];for(let i of n.boxes){let r=s.filter(o=>o.class_name===i.class_name).map(o=>({candidate:o,share:wn(i,o)})).sort((o,l)=>l.share-o.share)[0];if(!r||r.share<.5)return!1;s.splice(s.indexOf(r.candidate),1)}return!0}function I(n){return n.answers.filter(e=>e.act==="answer"&&e.value!==null)}function di(n){let e=I(n),t=e.map(({value:o})=>e.filter(l=>vt(l.value,o)).length),s=Math.max(0,...t),i=e[t.indexOf(s)];return i?e.filter((o,l)=>t[l]===s&&!vt(o.value,i.value)).length>0?null:{value:i.value,votes:s,of:e.length}:null}var yn=100,xn=400,bt=class{constructor(e,t,s,i){this.revision=s;this.outbox=V.open(`reviews:${e}:${t}`,{batch:yn,gatherMs:xn,send:async(r,o)=>{let l=await fs(e,t,r,{keepalive:o});return{acknowledged:l.acknowledged,reply:l}}}),this.seen=this.outbox.reply,this.stopListening=this.outbox.listen(()=>{let{reply:r}=this.outbox,o=r!==this.seen?r:null;this.seen=r,i(o)})}revision;outbox;stopListening;steps=[];seen;get state(){return this.outbox.state}get error(){return this.outbox.error}get waiting(){return this.outbox.waiting.length}get canUndo(){return this.steps.length>0}accept(e,t,s){this.add({item:e,decision:"accept",value:t,annotator:"",comment:""},s)}sendBack(e,t,s,i){this.add({item:e,decision:"return",value:null,annotator:t,comment:s},i)}reopen(e,t){this.add({item:e,decision:"reopen",value:null,annotator:"",comment:""},t)}undo(){let e=this.steps.pop();if(!e)return null;let{op:t,before:s}=e;if(!this.outbox.drop(t.op_id)){let i={item:t.item,annotator:"",comment:""};s?this.send({...i,decision:"accept",value:s}):this.send({...i,decision:"reopen",value:null})}return{item:t.item,before:s}}retry(){this.outbox.retry()}discard(){this.outbox.discard(),this.steps.length=0}dispose(){this.stopListening()}add(e,t){this.steps.push({op:this.send(e),before:t})}send(e){let t={...e,op_id:Q(),revision:this.revision()};return this.outbox.add(t),t}};var ci=`.review {
  display: grid;
  gap: 0.8rem;
  min-width: 0;
}
.review > * {
  min-width: 0;
}
.review > div:empty {
  display: none;
}
.review-top {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.3rem 1rem;
  border-bottom: 1px solid var(--line);
}
.review-tabs {
  display: flex;
  min-width: 0;
  overflow-x: auto;
  scrollbar-width: none;
}
.review-tab {
  display: inline-flex;
  align-items: center;
  gap: 0.45rem;
  min-height: 2.6rem;
  padding: 0 0.8rem;
  border: 0;
  border-bottom: 2px solid transparent;
  background: none;
  color: var(--muted);
  font: inherit;
  white-space: nowrap;
  cursor: pointer;
  touch-action: manipulation;
}
.review-tab:focus-visible {
  outline-offset: -2px !important;
}
.review-tab[aria-selected="true"] {
  border-color: var(--accent);
  color: var(--ink);
  font-weight: 600;
}
.review-count {
  min-width: 1.5rem;
  padding: 0 0.4rem;
  border-radius: 1rem;
  background: color-mix(in srgb, var(--ink) 9%, transparent);
  font-size: 0.8rem;
  font-weight: 400;
  text-align: center;
}
.review-count:empty {
  visibility: hidden;
}
.review-main {
  display: grid;
  gap: 1rem;
  align-items: start;
}
.review-main:focus-visible {
  outline: none !important;
}
.review-left,
.review-right {
  display: grid;
  gap: 0.7rem;
  min-width: 0;
}
.review-title {
  display: flex;
  align-items: baseline;
  justify-content: space-between;
  gap: 1rem;
}
.review-name {
  margin: 0;
  padding: 0;
  overflow: hidden;
  font-size: 1rem;
  font-weight: 600;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.review-title .numbers {
  flex: none;
}
.review-stage {
  display: grid;
  gap: 0.5rem;
  min-width: 0;
}
.review-stage > div:empty:not(.review-frame) {
  display: none;
}
.review-frame {
  position: relative;
  height: min(var(--box-height, 30rem), 60svh);
  min-height: 14rem;
  overflow: hidden;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: color-mix(in srgb, var(--soft) 70%, var(--paper));
}
.review-picture {
  position: absolute;
  top: 0.75rem;
  left: 0.75rem;
  width: calc(100% - 1.5rem);
  height: calc(100% - 1.5rem);
  object-fit: contain;
}
.review-picture.crisp {
  image-rendering: pixelated;
}
.review-text {
  min-height: 8rem;
  max-height: min(var(--box-height, 30rem), 60svh);
  padding: 1rem 1.2rem;
  overflow-y: auto;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: color-mix(in srgb, var(--soft) 55%, var(--paper));
  font-size: 1.1rem;
  line-height: 1.6;
  overflow-wrap: anywhere;
  white-space: pre-wrap;
  scrollbar-width: thin;
}
.marked {
  padding: 0 0.15em;
  border-bottom: 3px solid var(--colour);
  border-radius: 3px 3px 0 0;
  background: color-mix(in srgb, var(--colour) 28%, transparent);
  color: inherit;
}
.review-first {
  display: flex;
  gap: 0.5rem;
}
.button.accept {
  flex: 1;
  min-width: 0;
  min-height: 2.9rem;
}
.cards {
  display: grid;
  gap: 0.6rem;
}
.card {
  display: grid;
  gap: 0.5rem;
  padding: 0.7rem 0.85rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--paper);
}
.card.faint {
  border-style: dashed;
}
.card.decided,
.card.counts {
  border-color: color-mix(in srgb, var(--good) 55%, transparent);
}
.card.decided {
  background: color-mix(in srgb, var(--good) 8%, transparent);
}
.card-head {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.2rem 0.5rem;
}
.card-who {
  font-weight: 600;
  overflow-wrap: anywhere;
}
.card-head time {
  margin-left: auto;
}
.card-actions {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
}
.card-actions .button {
  min-height: 2.2rem;
}
.flag {
  padding: 0 0.45rem;
  border-radius: 1rem;
  background: color-mix(in srgb, var(--ink) 10%, transparent);
  font-size: 0.78rem;
  line-height: 1.5;
}
.flag.warn {
  background: color-mix(in srgb, var(--warn) 16%, transparent);
  color: var(--warn);
  font-weight: 600;
}
.card-comment {
  margin: 0;
  padding: 0.1rem 0 0.1rem 0.7rem;
  border-left: 3px solid var(--line);
  overflow-wrap: anywhere;
  white-space: pre-wrap;
}
.legend {
  display: grid;
  place-items: center;
  width: 2.6rem;
  height: 1.6rem;
  padding: 0 0.25rem;
  border: 1px solid var(--line);
  border-radius: 0.4rem;
  background: none;
  cursor: pointer;
}
.legend[aria-pressed="false"] {
  opacity: 0.3;
}
.swatch {
  width: 100%;
  height: 6px;
}
.swatch line {
  stroke-width: 3;
}
.value {
  display: flex;
  flex-wrap: wrap;
  gap: 0.35rem;
}
.pill {
  display: inline-flex;
  align-items: center;
  gap: 0.4rem;
  max-width: 100%;
  padding: 0.1rem 0.65rem;
  border-radius: 1rem;
  background: color-mix(in srgb, var(--colour) 18%, transparent);
  font-weight: 600;
}
.pill-dot {
  flex: none;
  width: 0.65rem;
  height: 0.65rem;
  border-radius: 50%;
  background: var(--colour);
}
.pill-name {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.value-span {
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  gap: 0.2rem 0.5rem;
  flex-basis: 100%;
}
.value-quote {
  overflow-wrap: anywhere;
}
.own {
  display: grid;
  gap: 0.4rem;
}
.own-title {
  margin: 0;
  padding: 0;
  color: var(--muted);
  font-size: 0.85rem;
  font-weight: 400;
}
.return-form {
  display: grid;
  gap: 0.5rem;
  padding: 0.8rem 0.85rem;
  border: 1px solid var(--accent);
  border-radius: var(--radius);
}
.return-whom {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.5rem;
}
.review-tools {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
}
.review-tools .button:last-child {
  margin-left: auto;
}
.review-tiles {
  display: flex;
  gap: 6px;
  margin: 0;
  padding: 4px;
  overflow-x: auto;
  list-style: none;
  scrollbar-width: thin;
  position: relative;
}
.review-tile {
  position: relative;
  display: grid;
  place-items: center;
  width: 52px;
  height: 52px;
  padding: 0;
  overflow: hidden;
  border: 0;
  border-radius: 6px;
  background: #000000;
  cursor: pointer;
  touch-action: manipulation;
}
.review-tile.words {
  width: 9rem;
  padding: 0.3rem 0.5rem;
  border: 1px solid var(--line);
  background: color-mix(in srgb, var(--soft) 55%, var(--paper));
  color: var(--ink);
  font: inherit;
  font-size: 0.75rem;
  line-height: 1.3;
  text-align: left;
}
.review-cell {
  background-repeat: no-repeat;
}
.review-cell.crisp {
  image-rendering: pixelated;
}
.words .review-cell {
  display: -webkit-box;
  width: 100%;
  overflow: hidden;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 3;
}
.review-tile[aria-current="true"] {
  box-shadow:
    0 0 0 1px var(--paper),
    0 0 0 3px var(--accent);
}
.review-tile[data-outcome]:not([data-outcome=""]) .review-cell {
  opacity: 0.4;
}
.review-badge {
  position: absolute;
  right: 2px;
  bottom: 2px;
  display: grid;
  place-items: center;
  width: 18px;
  height: 18px;
  border-radius: 50%;
  background: #158237;
  color: #ffffff;
  font-size: 12px;
  line-height: 1;
}
.review-badge:empty {
  display: none;
}
[data-outcome="returned"] .review-badge {
  background: #b35300;
}
[data-outcome="reopened"] .review-badge {
  background: #5a6270;
}
.review-hint {
  min-height: 1.45em;
}
@container (min-width: 760px) {
  .review-main {
    grid-template-columns: minmax(0, 1fr) minmax(18rem, 25rem);
    gap: 1.5rem;
  }
}
`;var pi=60;function jt(n,e,t=1){let s=a("span",{class:"pill",title:e},a("span",{class:"pill-dot","aria-hidden":!0}),a("span",{class:"pill-name"},t>1?`${e} × ${t}`:e));return s.style.setProperty("--colour",D(n,e)),s}function Sn(n,{start:e,end:t}){let s=[...n].slice(e,t).join("");return s.length>pi?`${s.slice(0,pi)}…`:s}function wt(n,e,t,s){let i=a("div",{class:"value"});for(let o of e.classes)i.append(jt(n,o));let r=new Map;for(let{class_name:o}of e.boxes)r.set(o,(r.get(o)??0)+1);for(let[o,l]of r)i.append(jt(n,o,l));for(let o of e.spans){let l=a("q",{class:"value-quote"},Sn(t??"",o));i.append(a("span",{class:"value-span"},l,jt(n,o.class_name)))}return i.childElementCount===0&&i.append(a("span",{class:"muted"},s?"No boxes":"None of the classes")),i}function K(n,e){if(e)return v(n.boxes.length,"box","boxes");let t=n.classes.join(", ")||"none of the classes";return n.spans.length>0?`${t}, ${v(n.spans.length,"span")}`:t}function ui(n,e,t){let s=[...e],i=new Array(s.length);for(let o of t)i.fill(o,o.start,Math.min(o.end,s.length));let r=[];for(let o=0;o<s.length;){let l=i[o],h=o+1;for(;h<s.length&&i[h]===l;)h+=1;let d=s.slice(o,h).join("");if(l){let c=a("mark",{class:"marked",title:l.class_name},d),m=D(n,l.class_name);c.style.setProperty("--colour",m),c.style.setProperty("--on-colour",ne(m)),r.push(c)}else r.push(document.createTextNode(d));o=h}return r}var En=160,mi=["#e45756","#2f7fd6","#3f9b46","#c77700","#9463c9","#00929a","#c2478f","#7d6b57"];function Ft(n){return mi[n%mi.length]??"#888888"}var yt=class{constructor(e,t,s){this.view=e;this.classes=t;this.pictures=new ce(e.samples_digest,e.shape,o=>{this.item&&o.includes(this.item.item)&&this.draw(this.editor?.boxes??[])});let i=e.session.config.answer==="boxes";this.editor=i?new de({classes:t,onChange:s}):null;let r=e.task==="text"?this.text:this.editor?.root??this.frame;this.root.append(this.place,r)}view;classes;root=a("div",{class:"review-stage"});editor;pictures;picture=a("canvas",{class:"review-picture",role:"img",hidden:!0});frame=a("div",{class:"review-frame"},this.picture);text=a("p",{class:"review-text",tabindex:0,"aria-label":"Text"});place=a("div");item=null;painted=null;hidden=new Set;show(e,t,s){let i=e.item!==this.item?.item;if(this.item=e,this.view.task==="text"){i&&(this.text.scrollTop=0),this.marks(null);return}i&&this.hidden.clear(),this.pictures.want([e.item,...s]),this.draw(t)}marks(e){if(this.view.task!=="text"||!this.item)return;let t=ui(this.classes(),this.item.text??"",e?.spans??[]);this.text.replaceChildren(...t)}toggle(e){return this.hidden.delete(e)||this.hidden.add(e),this.overlay(null),!this.hidden.has(e)}emphasise(e){this.overlay(e)}dispose(){this.editor?.dispose(),this.pictures.dispose()}draw(e){let{item:t}=this;if(!t)return;let s=this.pictures.get(t.item),i={label:"Try again",run:()=>this.pictures.retry()};if(g(this.place,s?null:this.pictures.error(t.item),i),this.editor){this.editor.load(s,this.pictures.size,e),this.overlay(null);return}if(this.frame.classList.toggle("loading",s===null),this.picture.hidden=s===null,!s||s===this.painted)return;this.painted=s;let{width:r,height:o}=s;this.picture.width=r,this.picture.height=o,this.picture.classList.toggle("crisp",Math.max(r,o)<=En),this.picture.setAttribute("aria-label",t.name??`Sample ${t.item}`),this.picture.getContext("2d")?.drawImage(s,0,0)}overlay(e){if(!this.editor||!this.item)return;let t=I(this.item).map(({value:s},i)=>({look:i,boxes:(e===null?!this.hidden.has(i):i===e)?s.boxes:[],colour:Ft(i)}));this.editor.overlay(t)}};var Ln=9,Tn=new Intl.DateTimeFormat(void 0,{dateStyle:"medium",timeStyle:"short"}),An=new Intl.NumberFormat("en-US",{style:"percent",maximumFractionDigits:0});function fi(n){return a("kbd",{class:"key","aria-hidden":!0},n)}function Mn(n){let e=document.createElementNS("http://www.w3.org/2000/svg","svg");e.setAttribute("class","swatch"),e.setAttribute("aria-hidden","true");let t=document.createElementNS("http://www.w3.org/2000/svg","line"),s={x1:"0",x2:"100%",y1:"50%",y2:"50%","stroke-dasharray":Kt(n)};for(let[i,r]of Object.entries(s))t.setAttribute(i,r);return t.style.stroke=Ft(n),e.append(t),e}function gi(n,e){let s=I(n).map((r,o)=>Rn(n,r,o,e)),i=n.answers.filter(r=>r.act==="skip");return[...Pn(n,e),...s,...i.map(r=>On(r)),...In(n,e)]}function Rn(n,e,t,s){let{annotator:i,value:r}=e,o=u("Accept",()=>s.accept(r),{"aria-label":`Accept the answer of ${i}: ${K(r,s.boxes)}`});t<Ln&&(o.append(fi(String(t+1))),o.setAttribute("aria-keyshortcuts",String(t+1)));let l=u("Send back",()=>s.sendBack(i),{class:"button quiet","aria-label":`Send the answer back to ${i}`}),h=a("div",{class:"card-actions"},o,l);s.boxes&&h.append(u("Edit",()=>s.edit(r),{class:"button quiet",title:"Take these boxes over and change them"}));let d=a("article",{class:"card","aria-label":`Answer of ${i}`},vi(e,s.boxes?Cn(t,s):null),wt(s.classes(),r,n.text,s.boxes),...bi(e),h);d.classList.toggle("counts",n.state==="settled"&&!!n.value&&vt(n.value,r));for(let[c,m]of[["pointerenter","pointerleave"],["focusin","focusout"]])d.addEventListener(c,()=>s.look(t)),d.addEventListener(m,()=>s.look(null));return d}function Cn(n,e){let t=a("button",{type:"button",class:"legend","aria-pressed":"true","aria-label":"Show these boxes",title:"Show or hide these boxes"});return t.append(Mn(n)),t.addEventListener("click",()=>{t.setAttribute("aria-pressed",String(e.toggle(n)))}),t}function vi(n,e){let t=a("header",{class:"card-head"});e&&t.append(e),t.append(a("strong",{class:"card-who"},n.annotator)),n.unsure&&t.append(a("span",{class:"flag warn"},"unsure")),n.counted||t.append(a("span",{class:"flag",title:"Came after others had taken the place: kept, not counted"},"late"));let s=new Date(n.time*1e3);return t.append(a("time",{class:"muted small",datetime:s.toISOString()},Tn.format(s))),t}function bi(n){let e=[];return n.comment&&e.push(a("blockquote",{class:"card-comment"},n.comment)),n.source&&e.push(a("p",{class:"muted small"},n.source)),e}function On(n){return a("article",{class:"card faint","aria-label":`${n.annotator} skipped`},vi(n,null),a("p",{class:"muted"},"Skipped"),...bi(n))}function In(n,e){let{suggestion:t}=n;if(!t)return[];let s=u("Accept",()=>e.accept(t.value),{"aria-label":`Accept the suggestion: ${K(t.value,e.boxes)}`,"aria-keyshortcuts":"0"});s.append(fi("0"));let i=a("div",{class:"card-actions"},s);return e.boxes&&i.append(u("Edit",()=>e.edit(t.value),{class:"button quiet"})),[a("article",{class:"card faint","aria-label":"Suggestion"},a("header",{class:"card-head"},a("strong",{class:"card-who"},"Suggestion"),a("span",{class:"muted small"},`${t.source}, ${An.format(t.score)} sure`)),wt(e.classes(),t.value,n.text,e.boxes),i)]}function Pn(n,e){return n.state!=="settled"||!n.value?[]:[a("article",{class:"card decided","aria-label":"What counts"},a("header",{class:"card-head"},a("strong",{class:"card-who"},"Decided"),a("span",{class:"muted small"},n.decided_by?`by ${n.decided_by}`:"")),wt(e.classes(),n.value,n.text,e.boxes))]}var xt=class{boxes=null;chosen=new Set;pinned=null;clear(e){this.boxes=null,this.chosen.clear(),this.pinned=e}toggle(e){this.chosen.delete(e)||this.chosen.add(e)}own(e){let t=this.pinned?.spans??[];return{...S,classes:e,spans:t}}proposal(e,t){if(this.boxes){let r={...S,boxes:this.boxes};return{value:r,label:`Accept your ${K(r,!0)}`}}if(this.chosen.size>0){let r=this.own([...this.chosen].sort());return{value:r,label:`Accept ${K(r,!1)}`}}let s=di(e);if(!s)return null;let i=s.of>1?` (${s.votes} of ${s.of})`:"";return{value:s.value,label:`Accept ${K(s.value,t)}${i}`}}};var kt=class{constructor(e,t,s){this.keys=t;this.choose=s;p(this.title,e),this.buttons.setAttribute("aria-label",e),this.root=a("section",{class:"own"},this.title,this.buttons)}keys;choose;root;title=a("h4",{class:"own-title"});buttons=a("div",{class:"class-buttons",role:"group"});update(e,t){this.buttons.replaceChildren(...e.map(s=>{let i=Me(s,()=>this.choose(s.name));return i.setAttribute("aria-pressed",String(t.has(s.name))),Re(i,this.keys.printed(X(s.name)),!0),i}))}},St=class{constructor(e,t){this.closed=t;this.root=a("form",{class:"return-form",hidden:!0,"aria-label":"Send back"},a("label",{class:"return-whom"},"Send back to",this.whom),this.comment,a("div",{class:"card-actions"},a("button",{type:"submit",class:"button primary"},"Send back"),u("Cancel",()=>this.close(),{class:"button quiet"}))),this.root.addEventListener("submit",s=>{s.preventDefault();let{value:i}=this.whom,r=this.comment.value.trim();i&&(this.close(),e(i,r))}),this.root.addEventListener("keydown",s=>{if(s.stopPropagation(),s.code==="Escape")this.close();else if(s.code==="Enter"&&s.target===this.comment&&!s.shiftKey)this.root.requestSubmit();else return;s.preventDefault()})}closed;root;whom=a("select",{class:"field","aria-label":"Send back to"});comment=a("textarea",{class:"field",rows:2,maxlength:2e3,placeholder:"What should be looked at again?","aria-label":"Comment"});get open(){return!this.root.hidden}show(e,t){let s=I(e).map(i=>i.annotator);this.whom.replaceChildren(...s.map(i=>a("option",{value:i},i))),this.whom.value=s.includes(t)?t:s[0]??"",this.comment.value="",this.root.hidden=!1,this.comment.focus({preventScroll:!0}),this.root.scrollIntoView({block:"nearest"})}close(){this.root.hidden||(this.root.hidden=!0,this.closed())}};var Dn=60,_n=8,$n=52,Hn={accepted:"✓",returned:"↩",reopened:"○"},Nn={accepted:"decided",returned:"sent back",reopened:"open again"},Et=class{constructor(e,t,s,i){this.session=e;this.reviewer=t;this.owner=i;this.queue=s}session;reviewer;owner;items=[];outcomes=new Map;at=0;loading=!1;error=null;queue;next=null;asked=new AbortController;stood=new Map;get current(){return this.items[this.at]??null}get more(){return this.next!==null}open(e){this.asked.abort(),this.queue=e,this.items.length=0,this.outcomes.clear(),this.stood.clear(),this.at=0,this.next=-1,this.loading=!1,this.load()}go(e){this.at=Math.min(Math.max(0,e),this.items.length),this.at>=this.items.length-_n&&this.load(),this.owner.changed()}onward(){let e=this.at+1;for(;e<this.items.length&&this.outcomes.has(this.items[e]?.item??-1);)e+=1;this.go(e)}decided(e,t){let s=this.placeOf(e.item),i=this.items[s];i&&(this.stood.has(e.item)||this.stood.set(e.item,i),this.items[s]=e,this.outcomes.set(e.item,t))}undecided(e){let t=this.stood.get(e),s=this.placeOf(e);this.stood.delete(e),this.outcomes.delete(e),!(!t||s===-1)&&(this.items[s]=t,this.go(s))}async load(){if(this.loading||this.next===null)return;this.loading=!0,this.error=null,this.asked=new AbortController;let{signal:e}=this.asked,{session:t,reviewer:s,queue:i}=this;this.owner.changed();try{let r={queue:i,after:this.next,limit:Dn,reviewer:s},o=await ms(t,r,e);this.items.push(...o.items),this.next=o.next,this.owner.counts(o.counts)}catch(r){if(E(r)||e.aborted)return;this.error=b(r)}this.loading=!1,this.owner.changed()}dispose(){this.asked.abort()}placeOf(e){return this.items.findIndex(t=>t.item===e)}},Lt=class{constructor(e,t){this.samples=e;this.choose=t}samples;choose;root=a("ol",{class:"review-tiles","aria-label":"Samples of this queue"});tiles=[];sprites=[];stop=new AbortController;shown=-1;update(e,t,s){(e.length<this.tiles.length||e.length===0)&&this.clear();let i=e.slice(this.tiles.length);i.length>0&&this.add(i),e.forEach((r,o)=>this.mark(o,r,s.get(r.item),o===t)),t!==this.shown&&(this.shown=t,this.reveal(t))}dispose(){this.clear()}clear(){this.stop.abort(),this.stop=new AbortController;for(let e of this.sprites)e.dispose();this.sprites=[],this.tiles.length=0,this.root.replaceChildren(),this.shown=-1}add(e){let t=e.map(s=>{let i=this.tiles.length,r=a("span",{class:"review-cell","aria-hidden":!0});this.samples===null&&p(r,s.text??"");let o=a("span",{class:"review-badge","aria-hidden":!0}),l=a("button",{type:"button",class:"review-tile",tabindex:-1},r,o);return l.classList.toggle("words",this.samples===null),l.addEventListener("click",()=>this.choose(i)),this.tiles.push(l),this.root.append(a("li",{},l)),r});this.samples!==null&&this.paint(this.samples,e,t)}async paint(e,t,s){let{signal:i}=this.stop;try{let r=await ae.load(e,t.map(({item:o})=>o),i);if(i.aborted)return r.dispose();this.sprites.push(r),s.forEach((o,l)=>r.paint(o,l,$n))}catch{}}mark(e,t,s,i){let r=this.tiles[e],o=r?.lastElementChild;if(!r||!o)return;r.setAttribute("aria-current",String(i)),r.dataset.outcome=s??"",p(o,s?Hn[s]:"");let l=s?`, ${Nn[s]}`:"";r.setAttribute("aria-label",`${t.name??`Sample ${t.item}`}${l}`)}reveal(e){let t=this.tiles[e]?.parentElement;if(!t)return;let{root:s}=this,i=t.offsetLeft+t.offsetWidth/2-s.clientWidth/2,r=t.offsetTop+t.offsetHeight/2-s.clientHeight/2;s.scrollTo({left:i,top:r})}};var wi={disputed:"Disagreements",unsure:"Somebody was unsure",answered:"All answered",settled:"Decided",returned:"Sent back"},Bn={disputed:["No disagreements","Where enough people have answered, they say the same."],unsure:["Nobody is unsure","Samples that somebody was not sure about come here."],answered:["Nothing to look at yet","Samples come here once enough people have answered them."],settled:["Nothing is decided yet","What you accept in the other lists is kept here."],returned:["Nothing is sent back","Answers wait here until their authors have looked again."]},Yt=Object.keys(wi),Kn="1–9 accept an answer, Enter what most people say. Arrows go through the list, N sends back, Ctrl+Z undoes.",zn="Accept one of the answers, or give your own. Tap a small picture to go there.";function yi(){return matchMedia("(hover: none)").matches?zn:Kn}var Tt=class{root=a("div",{class:"review-tabs",role:"tablist","aria-label":"Lists to review"});tabs=new Map;constructor(e){for(let t of Yt){let s=a("span",{class:"review-count numbers"}),i=a("button",{type:"button",class:"review-tab",role:"tab"});i.append(wi[t],s),i.addEventListener("click",()=>e(t)),i.addEventListener("keydown",r=>this.key(r,t)),this.tabs.set(t,{tab:i,number:s}),this.root.append(i)}}update(e,t){for(let[s,{tab:i,number:r}]of this.tabs)i.setAttribute("aria-selected",String(s===e)),i.tabIndex=s===e?0:-1,p(r,t?w(t[s]):"")}key(e,t){let s={ArrowLeft:-1,ArrowRight:1}[e.code];if(s===void 0)return;e.stopPropagation(),e.preventDefault();let i=Yt[Yt.indexOf(t)+s];i&&this.tabs.get(i)?.tab.focus()}};function xi(n,e,t){let[s,i]=Bn[n];return[a("strong",{},e?"You have been through this list":s),a("span",{},e?"Look again whether anything new has come.":i),u("Look again",t)]}var qn=3,At=class{constructor(e,t,s){this.root=e;this.view=s;this.args=t;let{session:i,annotator:r,queue:o}=t.data;this.classes=s.classes,this.revision=s.session.revision,this.boxes=s.session.config.answer==="boxes",this.keys=new $(s.classes,s.keys),this.queue=new Et(i,r,o,{changed:()=>this.refresh(),counts:d=>{this.counts=d}});let l=s.task==="text"?null:s.samples_digest;this.tiles=new Lt(l,d=>{this.queue.go(d),this.focus()}),this.stage=new yt(s,()=>this.classes,d=>this.edited(d));let h=this.boxes?"Class of the selected box, or the next":"Your own answer";this.own=new kt(h,this.keys,d=>this.choose(d)),this.form=new St((d,c)=>this.sendBack(d,c),()=>this.focus()),this.decisions=new bt(i,r,()=>this.revision,d=>this.told(d)),this.main=a("div",{class:"review-main",role:"group",tabindex:-1,"aria-label":"Sample under review"},a("div",{class:"review-left"},a("div",{class:"review-title"},this.heading,this.position),this.stage.root),a("div",{class:"review-right"},a("div",{class:"review-first"},this.acceptButton,this.reopenButton),this.cards,this.form.root,this.own.root)),e.append(a("style",{},ci),a("div",{class:"review"},a("div",{class:"review-top"},this.tabs.root,this.status.root),this.place,this.main,this.empty,a("div",{class:"review-tools"},this.backButton,this.nextButton,this.undoButton),this.tiles.root,this.hint,this.announcer)),e.addEventListener("keydown",this.onKey),ie(()=>this.own.update(this.classes,this.draft.chosen)),this.update(t),this.queue.open(o)}root;view;args;classes;revision;counts=null;shown="";draft=new xt;stop=new AbortController;boxes;keys;queue;tiles;stage;own;form;decisions;tabs=new Tt(e=>this.open(e));status=new W;place=a("div");heading=a("h3",{class:"review-name"});position=a("span",{class:"muted small numbers"});cards=a("div",{class:"cards"});announcer=a("span",{class:"visually-hidden","aria-live":"polite"});hint=a("p",{class:"muted small review-hint"});empty=a("div",{class:"empty",hidden:!0});main;acceptButton=u("",()=>this.submit(),{class:"button primary accept"});reopenButton=u("Reopen",()=>this.reopen(),{title:"Take it back (U)"});undoButton=u("Undo",()=>this.undo(),{title:"Undo (Ctrl+Z)"});backButton=u("Previous",()=>this.step(-1),{title:"Arrow left"});nextButton=u("Next",()=>this.step(1),{title:"Arrow right"});onKey=e=>this.key(e);update(e){this.args=e,this.root.style.setProperty("--box-height",`${Math.max(240,e.data.height-160)}px`),this.refresh()}dispose(){this.stop.abort(),this.root.removeEventListener("keydown",this.onKey),this.queue.dispose(),this.tiles.dispose(),this.stage.dispose(),this.decisions.dispose()}open(e){this.form.close(),this.shown="",this.queue.open(e)}focus(){this.main.focus({preventScroll:!0})}told(e){e&&(this.counts=e.counts,e.revision>this.revision&&this.follow()),this.refresh()}async follow(){let{session:e,annotator:t}=this.args.data;try{let s=await te(e,t,this.stop.signal);this.classes=s.classes,this.revision=s.session.revision,this.keys.update(s.classes,s.keys),this.open(this.queue.queue)}catch(s){if(E(s))return;let i=b(s);g(this.place,i,{label:"Try again",run:()=>{this.follow()}})}}edited(e){this.draft.boxes=e,this.refreshAccept()}choose(e){this.queue.current&&(this.boxes?this.stage.editor?.setClass(e):this.view.session.config.answer==="single"?this.accept(this.draft.own([e])):(this.draft.toggle(e),this.own.update(this.classes,this.draft.chosen),this.refreshAccept()),this.boxes||this.focus())}get proposed(){let e=this.queue.current;return e&&this.draft.proposal(e,this.boxes)}submit(){let{proposed:e}=this;e&&this.accept(e.value)}accept(e){let t=this.queue.current;t&&(this.decisions.accept(t.item,e,t.state==="settled"?t.value:null),this.queue.decided({...t,state:"settled",value:e,decided_by:this.args.data.annotator},"accepted"),p(this.announcer,`Decided: ${K(e,this.boxes)}`),this.queue.onward(),this.focus())}sendBack(e,t){let s=this.queue.current;s&&(this.decisions.sendBack(s.item,e,t,s.state==="settled"?s.value:null),this.queue.decided({...s,comment:t},"returned"),p(this.announcer,`Sent back to ${e}`),this.queue.onward(),this.focus())}reopen(){let e=this.queue.current;e?.state==="settled"&&(this.decisions.reopen(e.item,e.value),this.queue.decided({...e,state:"disputed",value:null,decided_by:""},"reopened"),p(this.announcer,"The decision is taken back"),this.refresh(),this.focus())}undo(){let e=this.decisions.undo();e&&(this.shown="",this.queue.undecided(e.item),p(this.announcer,"Undone"),this.focus())}step(e){this.queue.go(this.queue.at+e),this.focus()}refresh(){let{queue:e,decisions:t}=this;if(this.tabs.update(e.queue,this.counts),this.status.show(t.state,t.waiting),t.state==="refused"){let i=v(t.waiting,"decision");re(this.place,t,i,()=>this.discard())}else g(this.place,e.error,{label:"Try again",run:()=>{e.load()}});let s=e.current;this.main.hidden=s===null,this.tiles.root.hidden=e.items.length===0,this.tiles.update(e.items,e.at,e.outcomes),this.refreshEmpty(),this.backButton.disabled=e.at===0,this.nextButton.disabled=s===null,this.undoButton.disabled=!t.canUndo,p(this.hint,yi()),s&&this.showItem(s)}showItem(e){let{queue:t}=this,s=JSON.stringify([e,t.outcomes.get(e.item),this.revision]),i=this.counts&&t.more?t.items.length+"+":w(t.items.length);if(p(this.position,`${w(t.at+1)} of ${i}`),s===this.shown)return;this.shown=s,this.form.close(),p(this.heading,e.name??`Sample ${e.item}`),this.draft.clear(I(e).find(({value:l})=>l.spans.length>0)?.value??null);let r=t.items.slice(t.at+1,t.at+1+qn).map(l=>l.item),o=e.state==="settled"?e.value?.boxes??[]:[];this.stage.show(e,o,r),this.stage.marks(this.draft.pinned),this.own.update(this.classes,this.draft.chosen),this.own.root.hidden=this.classes.length===0,this.cards.replaceChildren(...gi(e,{classes:()=>this.classes,boxes:this.boxes,accept:l=>this.accept(l),sendBack:l=>this.form.show(e,l),edit:l=>this.edit(l),toggle:l=>this.stage.toggle(l),look:l=>this.look(e,l)})),e.comment&&this.cards.append(a("p",{class:"muted small"},`Sent back with: “${e.comment}”`)),this.reopenButton.hidden=e.state!=="settled",this.refreshAccept(),document.activeElement===document.body&&this.focus()}refreshAccept(){let{proposed:e}=this;this.acceptButton.disabled=e===null;let t=e?.label??"The answers are split";this.acceptButton.replaceChildren(a("span",{class:"pill-name"},t)),e&&this.acceptButton.append(a("kbd",{class:"key on-accent","aria-hidden":!0},"Enter"))}refreshEmpty(){let{queue:e}=this,t=e.loading||e.error!==null;if(this.empty.hidden=e.current!==null||t,this.empty.hidden)return;let s=e.items.length>0;this.empty.replaceChildren(...xi(e.queue,s,()=>this.open(e.queue)))}edit(e){let{editor:t}=this.stage;t&&(t.replaceWith(e.boxes),t.stage.focus({preventScroll:!0}))}look(e,t){this.boxes&&this.stage.emphasise(t);let s=t===null?null:I(e)[t]?.value??null;s&&(this.draft.pinned=s,this.stage.marks(s))}discard(){this.decisions.discard(),this.open(this.queue.queue)}key(e){e.stopPropagation(),((this.stage.editor?.key(e)??!1)||this.handled(e))&&e.preventDefault()}handled(e){let{code:t}=e,s=this.queue.current,i=xe(e,{undo:()=>this.undo(),submit:()=>this.submit()});if(i!==null)return i;if(e.altKey||e.repeat&&!t.startsWith("Arrow"))return!1;let r=e.shiftKey?this.keys.classOf(t):null,o=/^(?:Digit|Numpad)(\d)$/.exec(t)?.[1];if(r!==null)this.choose(r);else{if(e.shiftKey)return!1;if(o==="0")s?.suggestion&&this.accept(s.suggestion.value);else if(o)this.acceptNumber(Number(o));else if(t==="ArrowLeft"||t==="ArrowUp")this.step(-1);else if(t==="ArrowRight"||t==="ArrowDown")this.step(1);else if((t==="Enter"||t==="NumpadEnter")&&!ye(e))this.submit();else if(t==="KeyN"&&s&&I(s).length>0)this.form.show(s,"");else if(t==="KeyU")this.reopen();else if(t===this.keys.code("fit"))this.stage.editor?.fit();else return!1}return!0}acceptNumber(e){let t=this.queue.current,s=t&&I(t)[e-1];s&&this.accept(s.value)}};var ki=`.labeller {
  display: grid;
  gap: 0.75rem;
  min-width: 0;
}
.labeller > *,
.work > *,
.work-main > *,
.one > *,
.grid-surface > * {
  min-width: 0;
}
.place:empty,
.labeller-notice:empty {
  display: none;
}

/* How far it is. */
.header {
  display: grid;
  gap: 0.35rem;
}
.header-row {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.1rem 1rem;
}
.header-text {
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  gap: 0 0.9rem;
}
.summary {
  font-weight: 600;
}
.header-tools {
  display: flex;
  align-items: center;
  gap: 0.15rem;
  margin-left: auto;
}
.header-tools .status {
  margin-right: 0.5rem;
  white-space: nowrap;
}
.header .bar {
  height: 4px;
}
/* A bar that glides would keep the browser painting while the next key is pressed. */
.header .bar > div {
  transition: none;
}
.button.icon {
  width: 2.4rem;
  min-height: 2.4rem;
  padding: 0;
  font-size: 1.15rem;
}

/* The sample in the middle, the classes beside it. */
.work {
  display: grid;
  gap: 0.75rem 1.25rem;
}
.work-main {
  display: grid;
  align-content: start;
  gap: 0.6rem;
}
.as-grid .work-side {
  order: -1;
}
.one,
.grid-surface {
  display: grid;
  gap: 0.5rem;
}

/* Classes. */
.class-name {
  flex: 1;
  text-align: left;
}
.button.class {
  justify-content: flex-start;
  max-width: 100%;
  min-height: 2.5rem;
  padding: 0.2rem 0.55rem 0.2rem 0.7rem;
}
.class-dot {
  flex: none;
  width: 0.7rem;
  height: 0.7rem;
  border-radius: 50%;
  background: var(--colour);
  box-shadow: inset 0 0 0 1px rgba(0, 0, 0, 0.12);
}
.button.class:hover:not(:disabled) {
  border-color: var(--colour);
  color: var(--ink);
}
.button.class[aria-pressed="true"] {
  border-color: var(--colour);
  background: color-mix(in srgb, var(--colour) 24%, var(--paper));
  font-weight: 600;
}
.button.class.suggested:not([aria-pressed="true"]) {
  border-color: var(--colour);
  border-style: dashed;
}
@container (min-width: 640px) {
  .as-one .work {
    grid-template-columns: minmax(0, 1fr) clamp(11rem, 22%, 16rem);
  }
  .as-one .class-buttons {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    max-height: min(var(--stage-height, 640px), 56svh);
    align-content: start;
  }
  .as-one .button.class {
    width: 100%;
  }
}

/* Buttons below. */
.tools .button[aria-pressed="true"] {
  border-color: var(--warn);
  background: color-mix(in srgb, var(--warn) 14%, var(--paper));
}
.tools .button {
  padding-inline: 0.6rem;
}
.tools .submit {
  min-width: 8.5rem;
}
.comment {
  display: flex;
  align-items: flex-end;
  gap: 0.5rem;
}
.comment textarea {
  flex: 1;
}

@media (hover: none) {
  .button.class,
  .tools .button {
    min-height: 2.9rem;
  }
}
@container (max-width: 560px) {
  .class-buttons {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(8.2rem, 1fr));
    max-height: 12.5rem;
  }
  .as-grid .class-buttons {
    display: flex;
    flex-wrap: nowrap;
    overflow: auto hidden;
  }
  .as-grid .button.class {
    flex: none;
    max-width: 11rem;
  }
  .as-one .work {
    gap: 0.5rem;
  }
  .as-one .work-main {
    display: contents;
  }
  .as-one .comment {
    order: 2;
  }
  .as-one .tools {
    order: 3;
  }
  .as-one .work-side {
    order: 1;
  }
  .tools .group {
    flex: 1 1 100%;
  }
  .tools .group .button {
    flex: 1 1 auto;
    padding-inline: 0.5rem;
  }
  .header-text {
    gap: 0 0.6rem;
  }
}
`;var Si=`.textview {
  display: grid;
  gap: 0.5rem;
}
.reading-frame {
  position: relative;
}
.reading {
  max-height: min(var(--stage-height, 640px), 60svh);
  min-height: 11rem;
  padding: 1.4rem clamp(1rem, 5%, 3rem) 1.6rem;
  overflow-y: auto;
  border-radius: calc(var(--radius) * 1.2);
  background: color-mix(in srgb, var(--soft) 55%, var(--paper));
  font-size: 1.12rem;
  line-height: 1.75;
  overflow-wrap: anywhere;
  white-space: pre-wrap;
  scrollbar-width: thin;
}
.reading:focus-visible {
  outline: 2px solid color-mix(in srgb, var(--accent) 55%, transparent);
}
.reading.markable {
  line-height: 2.15;
  cursor: text;
}
@container (min-width: 700px) {
  .reading {
    padding-inline: max(1.5rem, calc((100% - 44rem) / 2));
  }
}
.piece {
  background-repeat: no-repeat;
  background-color: color-mix(in srgb, var(--colour, transparent) 22%, transparent);
  border-radius: 3px 3px 0 0;
  -webkit-box-decoration-break: clone;
  box-decoration-break: clone;
}
.piece.suggested {
  background-color: transparent;
}
.piece.chosen {
  background-color: color-mix(in srgb, var(--colour) 46%, transparent);
  box-shadow: 0 -2px 0 var(--colour);
}
.tag {
  margin: 0 0.25em 0 1px;
  user-select: none;
  -webkit-user-select: none;
}
.tag::after {
  content: attr(data-name);
  padding: 0.05em 0.4em;
  border-radius: 3px;
  background: color-mix(in srgb, var(--colour) 72%, #000000);
  color: #ffffff;
  font-size: 0.66rem;
  font-weight: 600;
  line-height: 1;
  vertical-align: 0.2em;
  white-space: nowrap;
}
.tag.suggested::after {
  border: 1px dashed var(--colour);
  background: transparent;
  color: var(--muted);
}
.caret {
  position: absolute;
  top: 0;
  left: 0;
  width: 2px;
  background: var(--accent);
  pointer-events: none;
}
.mark-chips {
  display: flex;
  flex-wrap: wrap;
  gap: 0.35rem;
  max-height: 7rem;
  margin: 0;
  padding: 3px;
  overflow-y: auto;
  list-style: none;
  scrollbar-width: thin;
}
.mark-chips li {
  display: inline-flex;
  max-width: 100%;
}
.mark-chip,
.mark-remove {
  min-height: 2rem;
  padding: 0 0.6rem;
  border: 1px solid var(--line);
  background: var(--paper);
  color: var(--ink);
  font: inherit;
  font-size: 0.82rem;
  cursor: pointer;
}
.mark-chip {
  overflow: hidden;
  border-left: 5px solid var(--colour);
  border-radius: 1rem 0 0 1rem;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.mark-chip[aria-pressed="true"] {
  background: color-mix(in srgb, var(--colour) 28%, var(--paper));
}
.mark-remove {
  border-left: 0;
  border-radius: 0 1rem 1rem 0;
  color: var(--muted);
}
@media (hover: none) {
  .mark-chip,
  .mark-remove {
    min-height: 2.5rem;
  }
}
@container (max-width: 560px) {
  .reading {
    max-height: 46svh;
    font-size: 1.05rem;
  }
}
`;var Wn=3e3;function Ei({session:n,annotator:e,mode:t,queue:s,page_size:i}){return JSON.stringify([n,e,t,t==="review"?s:"",i])}var Qt=class{constructor(e,t){this.args=t;this.root.className="labeller";for(let s of["keydown","keyup","keypress"])this.root.addEventListener(s,i=>i.stopPropagation());this.place.className="labeller-notice",this.root.append(this.place),e.append(this.root),this.known=Ei(t.data),this.start()}args;root=document.createElement("div");place=document.createElement("div");surface=null;known;asked=new AbortController;timer;update(e){this.args=e;let t=Ei(e.data);if(t===this.known){this.surface?.update(e);return}this.known=t,this.stop(),this.start()}dispose(){this.stop(),this.root.remove()}stop(){this.asked.abort(),clearTimeout(this.timer),this.surface?.dispose(),this.surface=null,this.root.replaceChildren(this.place)}async start(){this.asked=new AbortController;let{signal:e}=this.asked,{session:t,annotator:s}=this.args.data;try{let i=await te(t,s,e);if(e.aborted)return;g(this.place,null),this.surface=this.make(i)}catch(i){if(E(i)||e.aborted)return;let r=b(i);if(r.status===-1)throw i;g(this.place,r,{label:"Try again",run:()=>{this.start()}}),r.passing&&(this.timer=setTimeout(()=>{this.start()},Wn))}}make(e){return this.args.data.mode==="review"?new At(this.root,this.args,e):e.session.config.answer==="drawings"?new Te(this.root,this.args,e):new gt(this.root,this.args,e)}},Gn=Xt+Jt+os+as,jn=hi+Ds+Si+_s+ki,Ec=rs(Gn+jn,(n,e)=>new Qt(n,e));export{Ec as default};
