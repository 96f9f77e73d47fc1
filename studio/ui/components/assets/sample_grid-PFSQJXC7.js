var rt=`.studio {
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
`;function nt(n,t){let e=document.createElement("span");e.style.color=t,n.append(e);let s=getComputedStyle(e).color;e.remove();let i=s.match(/[\d.]+/g)?.map(Number)??[],r=s.startsWith("color(")?255:1;return[(i[0]??0)*r,(i[1]??0)*r,(i[2]??0)*r]}function at([n,t,e]){let s=i=>{let r=i/255;return r<=.04045?r/12.92:((r+.055)/1.055)**2.4};return .2126*s(n)+.7152*s(t)+.0722*s(e)}function Y(n){let t=at(nt(n,"var(--st-background-color, #ffffff)"))<.4;n.dataset.theme=t?"dark":"light";let e=at(nt(n,"var(--st-primary-color, #ff4b4b)"));n.style.setProperty("--on-accent",1.05/(e+.05)>=3?"#ffffff":"#111111")}var At=50;function ot(n,t){let e=new WeakMap;return s=>{let i=s.parentElement,r=e.get(i);if(r)Y(r.host),r.instance.update(s);else{let d=document.createElement("style");d.textContent=rt+n;let h=document.createElement("div");h.className="studio",i.append(d,h),Y(h),r={host:h,style:d,instance:t(h,s),turn:0},e.set(i,r)}let a=r,l=++a.turn;return()=>{setTimeout(()=>{a.turn!==l||a.host.isConnected||(a.instance.dispose(),a.host.remove(),a.style.remove(),e.delete(i))},At)}}}function o(n,t={},...e){let s=document.createElement(n);for(let[i,r]of Object.entries(t))r===void 0||r===!1||s.setAttribute(i,r===!0?"":String(r));return s.append(...e),s}function u(n,t,e={}){let s=o("button",{type:"button",class:"button",...e},n);return s.addEventListener("click",t),s}function c(n,t){n.textContent!==t&&(n.textContent=t)}var Rt=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function x(n){return Rt.format(n)}function v(n,t,e=`${t}s`){return`${x(n)} ${n===1?t:e}`}function lt(){if(typeof crypto.randomUUID=="function")return crypto.randomUUID();let n=crypto.getRandomValues(new Uint8Array(16));n[6]=(n[6]??0)&15|64,n[8]=(n[8]??0)&63|128;let t=Array.from(n,e=>e.toString(16).padStart(2,"0")).join("");return[8,12,16,20,32].map((e,s,i)=>t.slice(i[s-1]??0,e)).join("-")}var g=class extends Error{constructor(e,s,i,r){super(e);this.what=e;this.why=s;this.fix=i;this.status=r}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},ct=new URL("../",import.meta.url),_t=2e4,dt="_streamlit_xsrf";function T(n,t={}){let e=new URL(n,ct);for(let[s,i]of Object.entries(t))i!=null&&i!==""&&e.searchParams.set(s,String(i));return e.href}function Pt(){for(let n of document.cookie.split("; "))if(n.startsWith(`${dt}=`))return n.slice(dt.length+1);return""}async function Ct(){await fetch(new URL("../_stcore/health",ct),{cache:"no-store"})}function Ht(n,t){try{let{error:e}=JSON.parse(t);if(e.what)return new g(e.what,e.why,e.fix,n)}catch{}return n>=500?new g(`The studio answered with status ${n}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",n):new g(`The studio answered with status ${n}.`,"The server did not say why.","Reload the page and try again.",n)}function q(){return new g("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function ht(n,t,e){let s={};n!=="GET"&&(s["x-xsrftoken"]=Pt()),e.json!==void 0&&(s["content-type"]="application/json");let i=new AbortController,r=setTimeout(()=>i.abort(),_t),a=()=>i.abort();e.signal?.addEventListener("abort",a),e.signal?.aborted&&i.abort();let l={method:n,headers:s,credentials:"same-origin",keepalive:e.keepalive??!1,signal:i.signal};e.json!==void 0&&(l.body=JSON.stringify(e.json));try{return await fetch(t,l)}catch(d){throw e.signal?.aborted?d:q()}finally{clearTimeout(r),e.signal?.removeEventListener("abort",a)}}async function _(n,t,e={}){let s=await ht(n,t,e);if(s.status===403&&n!=="GET"&&(await Ct().catch(()=>{}),s=await ht(n,t,e)),!s.ok)throw Ht(s.status,await s.text().catch(()=>""));return s}async function pt(n,t){return await(await _("GET",n,t?{signal:t}:{})).json().catch(()=>Promise.reject(q()))}async function ut(n,t,e={}){return await(await _("POST",n,{...e,json:t})).json().catch(()=>Promise.reject(q()))}function k(n){return n instanceof DOMException&&n.name==="AbortError"}function b(n){return n instanceof g?n:new g("The page could not finish this step.",n instanceof Error?n.message:String(n),"Reload the page; nothing that was saved is lost.",-1)}function Ot(n,...t){let e=o("div",{class:"notice",role:"alert"},o("p",{class:"notice-what"},n.what),o("p",{},n.why),o("p",{class:"notice-fix"},n.fix));return t.length>0&&e.append(o("div",{class:"notice-actions"},...t.map(s=>u(s.label,()=>s.run())))),e}function m(n,t,...e){if(!t){n.replaceChildren();return}let s=[t.what,t.why,...e.map(i=>i.label)].join(`
`);n.firstElementChild&&n.dataset.content===s||(n.dataset.content=s,n.replaceChildren(Ot(t,...e)))}var $t=16;function S(n,t,e,s){let{dataset:i,version:r,class_name:a,split:l,status:d}=n;return pt(T("samples",{dataset:i,version:r,class_name:a,split:l,status:d,after:t,limit:e}),s)}async function mt(n,t){let e={...n,class_name:null,split:null,status:t};return(await S(e,-1,1)).total}var w=class n{constructor(t,e,s,i,r){this.url=t;this.columns=e;this.rows=s;this.cellWidth=i;this.cellHeight=r}url;columns;rows;cellWidth;cellHeight;static async load(t,e,s){let i=T("sprite",{samples:t,ids:e.join(",")}),r=await _("GET",i,s?{signal:s}:{}),a=URL.createObjectURL(await r.blob()),l=new Image;l.src=a,await l.decode();let d=Math.min($t,e.length),h=Math.ceil(e.length/d);return new n(a,d,h,l.naturalWidth/d,l.naturalHeight/h)}paint(t,e,s){let i=s/Math.max(this.cellWidth,this.cellHeight),r=this.cellWidth*i,a=this.cellHeight*i,l=e%this.columns,d=Math.floor(e/this.columns);t.style.width=`${r}px`,t.style.height=`${a}px`,t.style.backgroundImage=`url("${this.url}")`,t.style.backgroundSize=`${this.columns*r}px ${this.rows*a}px`,t.style.backgroundPosition=`${-l*r}px ${-d*a}px`,t.classList.toggle("crisp",Math.max(this.cellWidth,this.cellHeight)<=64)}dispose(){URL.revokeObjectURL(this.url)}};var f=6,ft=40,gt=112,vt="studio.tile_size",It=137.508;function J(n,t){let e=n.indexOf(t);return Math.round((210+Math.max(0,e)*It)%360)}function P(n){return o("div",{id:n,class:"tile",role:"option","aria-selected":"false"},o("div",{class:"frame"},o("div",{class:"cell"})),o("div",{class:"answer","aria-hidden":!0}))}function M(n,t,e,s){let i=n.querySelector(".cell");i&&(n.classList.toggle("loading",t===null),t?t.paint(i,e,s):i.style.backgroundImage="")}function C(n,t,e){let s=n.querySelector(".answer");s&&(c(s,t.class_name??""),n.classList.toggle("answered",t.class_name!==null),t.class_name!==null?(n.style.setProperty("--hue",String(J(e,t.class_name))),s.title=t.class_name):s.removeAttribute("title"),n.setAttribute("aria-label",`sample ${t.id}, ${t.class_name??"no answer"}`))}function bt(n,t,e){let s=n.querySelector(".answer");s&&(s.classList.add("caption"),s.replaceChildren(...e.map(i=>o("div",{title:i},i))),n.setAttribute("aria-label",[`sample ${t}`,...e].join(", ")))}function H(n){try{let t=Number(localStorage.getItem(vt));if(t>=ft&&t<=gt)return t}catch{}return n}function O(n,t){let e=o("input",{type:"range",class:"size",min:ft,max:gt,step:8,value:n,"aria-label":"Tile size",title:"Tile size"});return e.addEventListener("input",()=>{try{localStorage.setItem(vt,e.value)}catch{}t(Number(e.value))}),e}function L(n,t){return Math.max(1,Math.floor((n+f)/(t+f)))}function $(n,t,e,s){let r={ArrowLeft:-1,ArrowRight:1,ArrowUp:-e,ArrowDown:e,Home:-s,End:s}[n];if(r===void 0||s===0)return null;let a=t+r;return Math.abs(r)===e&&e>1&&(a<0||a>=s)?t:Math.min(s-1,Math.max(0,a))}var Dt=448,Nt=96,E=class{constructor(t,e,s,i,r){this.digest=e;this.total=s;this.look=i;this.onClose=r;let a=u("Close",()=>this.dialog.close(),{title:"Close (Escape)"});this.dialog.append(o("div",{class:"viewer-picture"},this.cell),this.place,this.list,o("div",{class:"viewer-tools"},this.previous,this.position,this.next,a)),this.dialog.addEventListener("keydown",l=>{l.code==="ArrowLeft"&&this.step(-1),l.code==="ArrowRight"&&this.step(1),l.code!=="Escape"&&l.code!=="Tab"&&l.stopPropagation()}),this.dialog.addEventListener("click",l=>{l.target===this.dialog&&this.dialog.close()}),this.dialog.addEventListener("close",()=>{this.release(),this.onClose(this.at)}),t.append(this.dialog)}digest;total;look;onClose;dialog=o("dialog",{class:"viewer","aria-label":"Sample"});cell=o("div",{class:"cell"});list=o("dl",{class:"facts"});place=o("div");position=o("span",{class:"muted small numbers"});previous=u("Previous",()=>this.step(-1));next=u("Next",()=>this.step(1));sprite=null;at=0;get open(){return this.dialog.open}show(t){let e=this.look(t);e&&(this.at=t,c(this.position,`${t+1} of ${this.total()}`),this.previous.disabled=t===0,this.next.disabled=t+1>=this.total(),this.list.replaceChildren(...[["sample",String(e.id)],...e.facts].flatMap(([s,i])=>[o("dt",{},s),o("dd",{},i)])),this.dialog.open||this.dialog.showModal(),this.load(e.id))}dispose(){this.release(),this.dialog.remove()}step(t){let e=this.at+t;e>=0&&e<this.total()&&this.show(e)}async load(t){try{let e=await w.load(this.digest,[t]);if(this.look(this.at)?.id!==t||!this.dialog.open){e.dispose();return}this.release(),this.sprite=e;let s=Math.min(Dt,innerWidth-Nt,innerHeight/2);e.paint(this.cell,0,Math.floor(s)),m(this.place,null)}catch(e){let s={label:"Try again",run:()=>{this.load(t)}};m(this.place,b(e),s)}}release(){this.sprite?.dispose(),this.sprite=null,this.cell.style.backgroundImage=""}};var y=200,Gt=8,X=2,zt=18,Kt=18,Ut=96,Bt=64,yt=3e3,I=class{constructor(t,e){this.data=e;let s=e.ids!==null;this.side=s?Ut:H(Bt),this.list=o("div",{class:"list",role:"listbox",tabindex:0,"aria-label":"Samples"},this.spacer);let i=o("div",{class:"top"},this.summary);s||i.append(O(this.side,r=>this.resize(r))),t.append(i,this.place,this.list,this.emptyState),this.viewer=new E(t,e.samples_digest,()=>this.samples.length,r=>this.facts(r),r=>this.focusOn(r,!0)),this.list.addEventListener("scroll",()=>this.plan(),{passive:!0}),this.list.addEventListener("keydown",r=>this.key(r)),this.list.addEventListener("click",r=>this.click(r)),this.observer=new ResizeObserver(()=>this.plan()),this.observer.observe(this.list),e.ids&&(this.samples=e.ids.map(r=>({id:r,class_name:null,split:"",annotated:!1})),this.total=e.ids.length,this.next=null),this.update(e),this.next!==null&&this.more()}data;samples=[];next=-1;total=0;loading=null;failed=!1;timer;side;columns=1;focus=0;frame=0;tiles=new Map;sprites=new Map;asked=new Map;list;spacer=o("div",{class:"spacer",role:"presentation"});summary=o("span",{class:"muted small numbers",role:"status"});place=o("div");emptyState=o("div",{class:"empty",hidden:!0});viewer;observer;update(t){this.data=t,this.list.style.maxHeight=`${t.height}px`,this.plan()}dispose(){cancelAnimationFrame(this.frame),clearTimeout(this.timer),this.observer.disconnect(),this.loading?.abort();for(let t of this.asked.values())t.abort();for(let t of this.sprites.values())t.dispose();this.viewer.dispose()}get rowHeight(){if(!this.data.captions)return this.side+zt+f;let t=Math.max(1,...this.data.captions.map(e=>e.length));return this.side+4+t*Kt+f}resize(t){this.side=t,this.clearTiles(),this.plan(),this.focusOn(this.focus,!1)}clearTiles(){for(let t of this.tiles.values())t.remove();this.tiles.clear()}async more(){if(this.loading||this.next===null)return;let t=new AbortController;this.loading=t,this.plan();try{let e=await S(this.data,this.next,y,t.signal);this.samples.push(...e.samples),this.next=e.samples.length>0?e.next:null,this.total=e.total,this.failed=!1,m(this.place,null)}catch(e){if(k(e))return;let s=b(e);this.failed=!0,m(this.place,s,{label:"Try again",run:()=>this.again()}),s.passing&&(this.timer=setTimeout(()=>this.again(),yt))}this.loading=null,this.plan()}again(){clearTimeout(this.timer),this.failed=!1;for(let t of this.tiles.values())t.classList.remove("failed");this.more(),this.plan()}plan(){cancelAnimationFrame(this.frame),this.frame=requestAnimationFrame(()=>this.paint())}paint(){this.list.hidden=!1;let t=this.spacer.clientWidth;if(t===0)return;let e=L(t,this.side);e!==this.columns&&(this.columns=e,this.clearTiles());let s=Math.ceil(this.samples.length/e),i=this.loading!==null&&this.samples.length===0;this.spacer.style.height=`${Math.max(s,i?3:0)*this.rowHeight}px`,this.list.hidden=this.samples.length===0&&!i,this.list.setAttribute("aria-busy",String(this.loading!==null)),this.emptyState.hidden=!(this.samples.length===0&&this.next===null),this.emptyState.hidden||this.emptyState.replaceChildren(o("strong",{},"Nothing here"),o("span",{},"No sample matches. Choose another class, part or status.")),this.summarise(),this.paintRows(s)}paintRows(t){let{scrollTop:e,clientHeight:s}=this.list,i=Math.max(0,Math.floor(e/this.rowHeight)-X),r=Math.min(t,Math.ceil((e+s)/this.rowHeight)+X),a=i*this.columns,l=Math.min(this.samples.length,r*this.columns);for(let[d,h]of this.tiles)(d<a||d>=l)&&(h.remove(),this.tiles.delete(d));for(let d=a;d<l;d+=1)this.tile(d);this.keepSprites(Math.floor(a/y),Math.floor(Math.max(a,l-1)/y)),this.next!==null&&!this.failed&&r>=t-X&&this.more()}tile(t){let e=this.samples[t];if(!e||this.tiles.has(t))return;let s=P(`tile-${t}`);s.style.setProperty("--side",`${this.side}px`);let i=Math.floor(t/this.columns),r=t%this.columns;s.style.transform=`translate(${r*(this.side+f)}px, ${i*this.rowHeight}px)`,s.dataset.place=String(t),s.setAttribute("aria-posinset",String(t+1)),s.setAttribute("aria-setsize",String(this.total));let a=this.data.captions?.[t];this.data.ids?bt(s,e.id,a??[`sample ${e.id}`]):C(s,e,this.data.class_names);let l=this.sprites.get(Math.floor(t/y))??null;M(s,l,t%y,this.side),s.classList.toggle("focused",t===this.focus),this.tiles.set(t,s),this.spacer.append(s)}keepSprites(t,e){if(this.samples.length!==0){for(let[s,i]of this.asked)(s<t||s>e)&&(i.abort(),this.asked.delete(s));for(let s=t;s<=e;s+=1)!this.sprites.has(s)&&!this.asked.has(s)&&!this.failed&&this.loadSprite(s);for(let[s,i]of this.sprites){if(this.sprites.size<=Gt)break;s>=t-1&&s<=e+1||(i.dispose(),this.sprites.delete(s))}}}async loadSprite(t){let e=new AbortController;this.asked.set(t,e);let s=this.samples.slice(t*y,(t+1)*y).map(i=>i.id);try{let i=await w.load(this.data.samples_digest,s,e.signal);this.asked.delete(t),this.sprites.set(t,i);for(let[r,a]of this.tiles)Math.floor(r/y)===t&&M(a,i,r%y,this.side)}catch(i){if(k(i))return;this.asked.delete(t);let r=b(i);this.failed=!0,m(this.place,r,{label:"Try again",run:()=>this.again()}),r.passing&&(this.timer=setTimeout(()=>this.again(),yt))}}summarise(){this.data.ids?c(this.summary,v(this.total,"sample")):this.samples.length===0?c(this.summary,this.loading?"loading…":""):this.next===null?c(this.summary,v(this.total,"sample")):c(this.summary,`${x(this.samples.length)} of ${v(this.total,"sample")}`)}facts(t){let e=this.samples[t];if(!e)return null;if(this.data.ids){let s=this.data.captions?.[t]??[];return{id:e.id,facts:s.map(i=>{let r=i.indexOf(": ");return r===-1?["",i]:[i.slice(0,r),i.slice(r+2)]})}}return{id:e.id,facts:[["class",e.class_name??"no answer yet"],["split",e.split],["answered by",e.annotated?"a person, here":"the dataset"]]}}focusOn(t,e){this.tiles.get(this.focus)?.classList.remove("focused"),this.focus=Math.min(t,Math.max(0,this.samples.length-1));let s=Math.floor(this.focus/this.columns)*this.rowHeight;s<this.list.scrollTop&&(this.list.scrollTop=s);let i=s+this.rowHeight-this.list.clientHeight;i>this.list.scrollTop&&(this.list.scrollTop=i),this.paint(),this.tiles.get(this.focus)?.classList.add("focused"),this.list.setAttribute("aria-activedescendant",`tile-${this.focus}`),e&&this.list.focus({preventScroll:!0})}key(t){if(t.ctrlKey||t.metaKey||t.altKey)return;let e=$(t.code,this.focus,this.columns,this.samples.length);if(e!==null)this.focusOn(e,!1);else if(t.code==="Enter"||t.code==="Space")this.viewer.show(this.focus);else return;t.preventDefault()}click(t){let e=t.target.closest(".tile");if(!e)return;let s=Number(e.dataset.place);this.focusOn(s,!0),this.viewer.show(s)}};var jt=500,Ft=8e3,Wt=[400,404,409,413,422],wt=new Map,Yt=Math.random().toString(36).slice(2,10),D=class n{constructor(t,e){this.name=t;this.options=e;this.limit=e.batch,this.adopt(),addEventListener("online",()=>this.retry()),addEventListener("pagehide",()=>{this.persist(),this.flush(!0)}),this.items.length>0&&(this.state="saving",this.schedule(0))}name;options;state="idle";error=null;reply=null;items=[];refused=[];leaving=0;limit;failures=0;timer;listeners=new Set;static open(t,e){let s=wt.get(t);if(s)return s;let i=new n(t,e);return wt.set(t,i),i}get waiting(){return[...this.refused,...this.items]}listen(t){return this.listeners.add(t),()=>this.listeners.delete(t)}add(...t){t.length!==0&&(this.items.push(...t),(this.state==="idle"||this.state==="saved")&&(this.state="saving"),this.leaving===0&&this.timer===void 0&&this.schedule(this.options.gatherMs),this.changed())}drop(t){let e=this.items.findIndex(i=>i.op_id===t),s=this.refused.findIndex(i=>i.op_id===t);if(s!==-1)this.refused.splice(s,1);else if(e>=this.leaving)this.items.splice(e,1);else return!1;return this.persist(),this.settle(),!0}retry(){this.waiting.length===0||this.leaving>0||(this.items.unshift(...this.refused.splice(0)),this.failures=0,this.state="saving",this.schedule(0),this.changed())}discard(){let t=this.refused.length>0?this.refused.splice(0):this.items.splice(0);return this.error=null,this.persist(),this.settle(),t}schedule(t){clearTimeout(this.timer),this.timer=setTimeout(()=>{this.timer=void 0,this.persist(),this.flush(!1)},t)}async flush(t){if(this.leaving>0||this.items.length===0)return;clearTimeout(this.timer),this.timer=void 0;let e=this.items.slice(0,this.limit);this.leaving=e.length,this.failures===0&&this.refused.length===0&&(this.state="saving");try{let s=await this.options.send(e,t),i=new Set(s.acknowledged);if(i.size===0)throw new g("The studio confirmed nothing of what was sent.","It replied, but named no entry as saved.","Leave the page open: it tries again by itself.",503);this.leaving=0,this.items=this.items.filter(r=>!i.has(r.op_id)),this.reply=s.reply??this.reply,this.failures=0,this.limit=this.options.batch,this.refused.length===0&&(this.error=null),this.items.length>0&&this.schedule(0),this.persist(),this.settle()}catch(s){this.leaving=0,this.failed(b(s),e.length)}}failed(t,e){this.error=t,t.passing?(this.failures+=1,this.state="offline",this.schedule(Math.min(Ft,jt*2**(this.failures-1)))):Wt.includes(t.status)?e>1?(this.limit=Math.ceil(e/2),this.schedule(0)):(this.refused.push(...this.items.splice(0,1)),this.state="refused",this.items.length>0&&this.schedule(0)):this.state="refused",this.changed()}settle(){this.refused.length>0?this.state="refused":this.items.length===0?(clearTimeout(this.timer),this.timer=void 0,this.error=null,this.state="saved"):(this.state==="offline"||this.state==="refused")&&(this.state="saving"),this.changed()}changed(){for(let t of[...this.listeners])t()}get prefix(){return`studio.outbox:${this.name}:`}adopt(){try{let t=new Map;for(let e of Object.keys(localStorage))if(e.startsWith(this.prefix)){for(let s of JSON.parse(localStorage.getItem(e)??"[]"))t.set(s.op_id,s);localStorage.removeItem(e)}this.items=[...t.values()],this.persist()}catch{}}persist(){try{let t=this.prefix+Yt;this.waiting.length===0?localStorage.removeItem(t):localStorage.setItem(t,JSON.stringify(this.waiting))}catch{}}};function xt(n,t){return n==="saving"?"saving…":n==="saved"?"saved":n==="offline"?`offline, ${t} waiting`:n==="refused"?`not saved, ${t} waiting`:""}var qt=500,Jt=90,Et=6e4,Xt=1e4,N=class{outbox;stopListening;done=[];undone=[];base=null;times=[];waited;confirmed=new Map;constructor(t,e,s){this.outbox=D.open(`labels:${t}:${e}`,{batch:qt,gatherMs:Jt,send:async(i,r)=>{let a=i.map(({op_id:d,sample:h,class_name:p})=>({op_id:d,sample:h,class_name:p})),l=await ut(T("labels"),{dataset:t,annotator:e,ops:a},{keepalive:r});return{acknowledged:l.acknowledged,reply:l.progress}}}),this.waited=this.outbox.waiting,this.stopListening=this.outbox.listen(()=>{this.noteConfirmed(),s()})}get state(){return this.outbox.state}get error(){return this.outbox.error}get waiting(){return this.outbox.waiting.length}get canUndo(){return this.done.length>0}get canRedo(){return this.undone.length>0}get progress(){let t=this.outbox.reply??this.base;if(!t)return null;let e=this.outbox.waiting.reduce((i,r)=>i+r.change,0),s=Math.min(t.total,Math.max(0,t.labelled+e));return{...t,labelled:s}}begin(t){this.base=t}latest(t){let e=new Map;for(let[s,{class_name:i,at:r}]of this.confirmed)r>t&&e.set(s,i);for(let s of this.outbox.waiting)e.set(s.sample,s.class_name);return e}give(t){if(t.length===0)return;this.done.push(t),this.undone=[],this.send(t);let e=performance.now();for(let s of t)s.after!==null&&this.times.push(e)}undo(){let t=this.done.pop();if(!t)return[];this.undone.push(t);let e=t.map(({sample:s,before:i,after:r})=>({sample:s,before:r,after:i}));return this.send(e),e}redo(){let t=this.undone.pop();return t?(this.done.push(t),this.send(t),t):[]}get perMinute(){let t=performance.now();this.times=this.times.filter(s=>t-s<Et);let e=this.times[0];return e===void 0||t-e<Xt?0:Math.round(this.times.length/(t-e)*Et)}retry(){this.outbox.retry()}discard(){this.waited=[],this.outbox.discard(),this.done=[],this.undone=[]}dispose(){this.stopListening()}noteConfirmed(){let t=this.outbox.waiting,e=new Set(t.map(i=>i.op_id)),s=performance.now();for(let{op_id:i,sample:r,class_name:a}of this.waited)e.has(i)||this.confirmed.set(r,{class_name:a,at:s});this.waited=t}send(t){this.outbox.add(...t.map(({sample:e,before:s,after:i})=>({op_id:lt(),sample:e,class_name:i,change:(i===null?0:1)-(s===null?0:1)})))}};var Vt=20,Zt=[...Array.from("123456789",n=>`Digit${n}`),...Array.from("ABCDEFGHIJKLMNOPQRSTVWXYZ",n=>`Key${n}`)];function Qt(n){let t=n.map(i=>/^[0-9]$/.test(i)?`Digit${i}`:/^[a-z]$/i.test(i)?`Key${i.toUpperCase()}`:void 0),e=t.map((i,r)=>t.indexOf(i)===r?i:void 0),s=Zt.filter(i=>!e.includes(i));return e.map(i=>i??s.shift())}var G=class{constructor(t){this.choose=t;this.panel.append(this.search,this.buttons),this.search.addEventListener("input",()=>this.filter()),this.search.addEventListener("keydown",s=>{s.stopPropagation(),s.code==="Enter"&&this.shown()[0]?.click(),s.code==="Escape"&&this.forget()});let{keyboard:e}=navigator;e?.getLayoutMap().then(s=>{this.layout=s,this.render()}).catch(()=>{})}choose;panel=o("div",{class:"classes"});buttons=o("div",{class:"class-buttons",role:"group","aria-label":"Classes"});search=o("input",{type:"search",class:"search",placeholder:"Find a class","aria-label":"Find a class"});class_names=[];codes=[];layout=null;update(t){t.join(`
`)!==this.class_names.join(`
`)&&(this.class_names=t,this.codes=Qt(t),this.search.hidden=t.length<Vt,this.render())}byKey(t){return this.class_names[this.codes.indexOf(t)]??null}render(){this.buttons.replaceChildren(...this.class_names.map((t,e)=>{let s=this.codes[e],i=u("",()=>this.choose(t),{class:"button class",title:t});if(i.style.setProperty("--hue",String(J(this.class_names,t))),s){let r=this.printed(s);i.setAttribute("aria-keyshortcuts",r),i.append(o("kbd",{class:"key","aria-hidden":!0},r))}return i.append(o("span",{class:"class-name"},t)),i})),this.filter()}printed(t){return t.startsWith("Digit")?t.slice(5):(this.layout?.get(t)??t.slice(3)).toUpperCase()}filter(){let t=this.search.value.trim().toLowerCase();for(let e of this.buttons.children)e instanceof HTMLElement&&(e.hidden=!e.title.toLowerCase().includes(t))}shown(){return[...this.buttons.children].filter(t=>t instanceof HTMLElement&&!t.hidden)}forget(){this.search.value="",this.filter()}};var te=3e3,z=class{constructor(t,e,s,i){this.data=t;this.limit=e;this.onPage=s;this.onChange=i}data;limit;onPage;onChange;current={samples:[],next:null,total:0,sprite:null,askedAt:0};loaded=!1;cursors=[-1];ahead=null;asked=null;timer;get loading(){return this.asked!==null}get isFirst(){return this.cursors.length<2}get isLast(){return this.current.next===null}turn(t){if(!this.loading){if(t===1&&this.current.next!==null)this.cursors.push(this.current.next);else if(t===-1&&!this.isFirst)this.cursors.pop();else return;this.load()}}async load(){this.asked?.abort(),clearTimeout(this.timer);let t=new AbortController;this.asked=t,this.onChange(null);let e=this.cursors.at(-1)??-1;try{let s=this.ahead?.after===e?this.ahead:null;s?this.ahead=null:this.forgetAhead();let i=await(s?.page??this.fetch(e,t.signal));if(t.signal.aborted){i.sprite?.dispose();return}this.asked=null,this.current.sprite?.dispose(),this.current=i,this.loaded=!0,this.onPage(),this.fetchAhead()}catch(s){if(k(s)||t.signal.aborted)return;this.asked=null;let i=b(s);i.passing&&(this.timer=setTimeout(()=>{this.load()},te)),this.onChange(i)}}fetchAhead(){this.forgetAhead();let t=this.current.next;if(t===null)return;let e=this.fetch(t);e.catch(()=>{this.ahead?.page===e&&(this.ahead=null)}),this.ahead={after:t,page:e}}dispose(){this.asked?.abort(),clearTimeout(this.timer),this.forgetAhead(),this.current.sprite?.dispose()}async fetch(t,e){let s=performance.now(),i=this.data(),r=await S(i,t,this.limit(),e),a=r.samples.map(d=>d.id),l=a.length>0?await w.load(i.samples_digest,a,e):null;return{...r,sprite:l,askedAt:s}}forgetAhead(){this.ahead?.page.then(t=>t.sprite?.dispose()).catch(()=>{}),this.ahead=null}};var ee=4,K=24,U=class{constructor(t,e,s){this.list=t;this.tiles=e;this.onChange=s;t.addEventListener("pointerdown",i=>this.down(i)),t.addEventListener("click",i=>this.click(i))}list;tiles;onChange;focus=0;selected=new Set;anchor=0;touch=!1;swallowClick=!1;targets(){return this.selected.size===0?this.tiles().length>0?[this.focus]:[]:[...this.selected].sort((t,e)=>t-e)}reset(t=0){this.selected.clear(),this.focus=t,this.anchor=t,this.onChange()}clear(){this.selected.clear(),this.anchor=this.focus,this.onChange()}all(){this.tiles().forEach((t,e)=>this.selected.add(e)),this.onChange()}toggle(t){this.selected.delete(t)||this.selected.add(t),this.focus=t,this.anchor=t,this.onChange()}move(t,e){if(this.focus=t,e){this.selected.clear();let[s,i]=[Math.min(this.anchor,t),Math.max(this.anchor,t)];for(let r=s;r<=i;r+=1)this.selected.add(r)}else this.anchor=t;this.onChange()}placeOf(t){let e=t.target.closest(".tile");return e?this.tiles().indexOf(e):-1}click(t){if(this.swallowClick){this.swallowClick=!1;return}let e=this.placeOf(t);e===-1?this.clear():t.shiftKey?this.move(e,!0):this.touch||t.ctrlKey||t.metaKey?this.toggle(e):(this.selected.clear(),this.move(e,!1))}down(t){if(this.touch=t.pointerType==="touch",this.swallowClick=!1,this.touch||t.button!==0)return;let e=this.list,s=e.getBoundingClientRect(),i=t.clientX-s.left+e.scrollLeft,r=t.clientY-s.top+e.scrollTop,a=t.ctrlKey||t.metaKey||t.shiftKey?[...this.selected]:[],l=null,d=p=>{let St=Math.hypot(p.clientX-t.clientX,p.clientY-t.clientY);if(!l){if(St<ee)return;l=o("div",{class:"band"}),e.append(l),e.setPointerCapture(t.pointerId)}p.clientY>s.bottom-K&&(e.scrollTop+=K/2),p.clientY<s.top+K&&(e.scrollTop-=K/2);let Z=Math.min(s.right,Math.max(s.left,p.clientX))-s.left,Q=Math.min(s.bottom,Math.max(s.top,p.clientY))-s.top,j=Math.min(i,Z+e.scrollLeft),F=Math.min(r,Q+e.scrollTop),tt=Math.abs(i-Z-e.scrollLeft),et=Math.abs(r-Q-e.scrollTop);l.style.transform=`translate(${j}px, ${F}px)`,l.style.width=`${tt}px`,l.style.height=`${et}px`,this.selected.clear();for(let W of a)this.selected.add(W);this.tiles().forEach((W,Mt)=>{let R=W.getBoundingClientRect(),st=R.left-s.left+e.scrollLeft,it=R.top-s.top+e.scrollTop;st>j+tt||st+R.width<j||it>F+et||it+R.height<F||this.selected.add(Mt)}),this.onChange()},h=()=>{if(e.removeEventListener("pointermove",d),e.removeEventListener("pointerup",h),e.removeEventListener("pointercancel",h),!l)return;l.remove(),this.swallowClick=!0;let[p]=this.targets();this.selected.size>0&&p!==void 0&&(this.focus=p,this.anchor=p),this.onChange()};e.addEventListener("pointermove",d),e.addEventListener("pointerup",h),e.addEventListener("pointercancel",h)}};var se=2e3,ie=15e3,B=class{constructor(t,e){this.answers=t;this.report=e;let s=o("div",{class:"progress-text"},this.summary,this.rate,this.status);this.panel=o("div",{class:"progress"},this.bar,s)}answers;report;panel;fill=o("div");bar=o("div",{class:"bar",role:"progressbar","aria-label":"Labelled","aria-valuemin":0},this.fill);summary=o("span",{class:"small numbers"});rate=o("span",{class:"muted small numbers"});status=o("span",{class:"status"});reported=null;finished=null;due=!1;reportTimer;rateTimer;refresh(t){let{state:e,waiting:s,progress:i}=this.answers,r=i&&i.total>0?i.labelled/i.total:0;this.fill.style.transform=`scaleX(${r})`,i&&(this.bar.setAttribute("aria-valuemax",String(i.total)),this.bar.setAttribute("aria-valuenow",String(i.labelled)),c(this.summary,`${x(i.labelled)} of ${x(i.total)} labelled`)),this.refreshRate(),this.status.hidden=e==="idle",this.status.dataset.state=e,c(this.status,xt(e,s)),this.plan(i,e==="saved",t)}dispose(){clearTimeout(this.reportTimer),clearTimeout(this.rateTimer)}refreshRate(){let t=this.answers.perMinute;c(this.rate,t>0?`${x(t)} a minute`:""),clearTimeout(this.rateTimer),t>0&&(this.rateTimer=setTimeout(()=>this.refreshRate(),ie))}plan(t,e,s){if(clearTimeout(this.reportTimer),!t)return;let i=t.labelled>=t.total;this.finished===!1&&i&&(this.due=!0),this.finished=i;let r=JSON.stringify(t);!e||r===this.reported||!(this.due||s)||(this.reportTimer=setTimeout(()=>{this.due=!1,this.reported=r,this.report(t)},this.due?0:se))}};var re=200,ne=12,ae=56,oe=18,le=.65,de="Press a key or a class. Arrows move, Shift+arrows or dragging selects, Ctrl+A selects all.",he="Tap a class to answer for the marked sample, or tap samples first to select them.",A=class{args;side;tiles=[];answers;standing;pages;selection;viewer;classBar=new G(t=>this.answer(t));list=o("div",{class:"list labelling",role:"listbox",tabindex:0,"aria-multiselectable":"true","aria-label":"Samples to label"});announcer=o("span",{class:"visually-hidden","aria-live":"polite"});hint=o("span",{class:"muted small hint"});loadPlace=o("div");savePlace=o("div");emptyState=o("div",{class:"empty",hidden:!0});undoButton=u("Undo",()=>this.undo(),{title:"Undo (Ctrl+Z)"});redoButton=u("Redo",()=>this.redo(),{title:"Redo (Ctrl+Shift+Z)"});clearButton=u("No answer",()=>this.answer(null),{title:"Take the answer away (U or Backspace)"});previous=u("Previous page",()=>this.pages.turn(-1),{title:"PageUp"});following=u("Next page",()=>this.pages.turn(1),{title:"PageDown"});host;onKey=t=>this.key(t);constructor(t,e){this.host=t,this.args=e,this.side=H(ae);let{dataset:s,annotator:i,samples_digest:r}=e.data;this.answers=new N(s,i,()=>this.refresh()),this.selection=new U(this.list,()=>this.tiles,()=>this.paintSelection()),this.standing=new B(this.answers,a=>{this.args.setStateValue("progress",a)}),this.pages=new z(()=>this.args.data,()=>this.limit,()=>this.show(),a=>this.showLoading(a)),t.append(this.standing.panel,this.classBar.panel,this.savePlace,this.loadPlace,this.list,this.emptyState,o("div",{class:"tools"},o("div",{class:"group"},this.undoButton,this.redoButton,this.clearButton),O(this.side,a=>this.resize(a)),o("div",{class:"group"},this.previous,this.following)),this.hint,this.announcer),this.viewer=new E(t,r,()=>this.pages.current.samples.length,a=>{let l=this.pages.current.samples[a];if(!l)return null;let d=l.class_name??"no answer yet";return{id:l.id,facts:[["answer",d],["split",l.split]]}},a=>{this.selection.move(a,!1),this.list.focus({preventScroll:!0})}),this.list.addEventListener("dblclick",()=>this.viewer.show(this.selection.focus)),t.addEventListener("keydown",this.onKey),this.update(e),this.pages.load(),this.count()}update(t){this.args=t,this.classBar.update(t.data.class_names),this.list.style.maxHeight=`${this.height}px`,this.tiles.forEach((e,s)=>this.paintTileAnswer(s)),this.refresh()}dispose(){this.host.removeEventListener("keydown",this.onKey),this.pages.dispose(),this.standing.dispose(),this.answers.dispose(),this.viewer.dispose()}get columns(){return L(this.list.clientWidth,this.side)}get height(){return Math.min(this.args.data.height,Math.max(240,innerHeight*le))}get limit(){let t=this.host.clientWidth,e=Math.floor((this.height+f)/(this.side+oe+f));return Math.min(re,Math.max(ne,L(t,this.side)*e))}async count(){try{let{data:t}=this.args,[e,s,i]=await Promise.all(["labelled","all","annotated"].map(r=>mt(t,r)));if(e===void 0||s===void 0||i===void 0)return;this.answers.begin({labelled:e,total:s,annotated:i}),this.refresh()}catch{}}show(){let{samples:t,askedAt:e}=this.pages.current,s=this.answers.latest(e);for(let r of t){let a=s.get(r.id);a!==void 0&&(r.class_name=a)}this.tiles=t.map((r,a)=>P(`tile-${a}`)),this.list.replaceChildren(...this.tiles),this.list.scrollTop=0,this.paintPictures(),this.tiles.forEach((r,a)=>this.paintTileAnswer(a)),m(this.loadPlace,null);let i=t.findIndex(r=>r.class_name===null);this.selection.reset(Math.max(0,i)),document.activeElement===document.body&&this.list.focus({preventScroll:!0}),this.refresh()}showLoading(t){if(t){let e={label:"Try again",run:()=>{this.pages.load()}};m(this.loadPlace,t,e)}this.refresh()}resize(t){this.side=t,this.paintPictures(),this.paintSelection(),this.pages.fetchAhead()}paintPictures(){this.list.style.setProperty("--side",`${this.side}px`),this.tiles.forEach((t,e)=>M(t,this.pages.current.sprite,e,this.side))}paintTileAnswer(t){let e=this.tiles[t],s=this.pages.current.samples[t];e&&s&&C(e,s,this.args.data.class_names)}paintSelection(){let{focus:t,selected:e}=this.selection;this.tiles.forEach((i,r)=>{i.classList.toggle("focused",r===t),i.setAttribute("aria-selected",String(e.has(r)))});let s=this.tiles[t];s&&(this.list.setAttribute("aria-activedescendant",s.id),this.reveal(s)),this.refresh()}reveal(t){let e=t.offsetTop-f,s=t.offsetTop+t.offsetHeight+f-this.list.clientHeight;e<this.list.scrollTop?this.list.scrollTop=e:s>this.list.scrollTop&&(this.list.scrollTop=s)}answer(t){let e=this.selection.targets(),s=this.selection.selected.size>0,i=[];for(let d of e){let h=this.pages.current.samples[d];!h||h.class_name===t&&(h.annotated||t===null)||i.push({sample:h.id,before:h.class_name,after:t})}this.apply(i),this.answers.give(i);let r=e.at(-1)??0;s&&this.selection.clear(),(t!==null||s)&&this.selection.move(Math.min(r+1,this.tiles.length-1),!1);let a=t??"no answer",l=s?v(e.length,"sample"):`sample ${this.pages.current.samples[r]?.id??""}`;c(this.announcer,`${l}: ${a}`),this.list.focus({preventScroll:!0})}apply(t){let e=new Map(this.pages.current.samples.map((i,r)=>[i.id,r])),s=[];for(let{sample:i,after:r}of t){let a=e.get(i),l=a===void 0?void 0:this.pages.current.samples[a];a===void 0||!l||(l.class_name=r,l.annotated=!0,this.paintTileAnswer(a),s.push(a))}return s}undo(){this.walk("Undone",this.answers.undo())}redo(){this.walk("Done again",this.answers.redo())}walk(t,e){let[s]=this.apply(e);if(s!==void 0&&(this.selection.clear(),this.selection.move(s,!1)),e.length===0)return;let i=s===void 0?" on another page":"";c(this.announcer,`${t}: ${v(e.length,"answer")}${i}`),this.refresh()}refresh(){let{state:t,error:e,waiting:s,progress:i}=this.answers;this.standing.refresh(this.args.data.notify),m(this.savePlace,t==="refused"?e:null,{label:"Try again",run:()=>this.answers.retry()},{label:`Discard ${v(s,"answer")}`,run:()=>this.discard()});let{loading:r,loaded:a,isFirst:l,isLast:d,current:h}=this.pages;if(this.list.setAttribute("aria-busy",String(r)),this.list.classList.toggle("busy",r),this.list.hidden=a&&h.samples.length===0,this.emptyState.hidden=!this.list.hidden,!this.emptyState.hidden){let p=i!==null&&i.total>0&&i.labelled>=i.total;this.emptyState.replaceChildren(o("strong",{},p?"Everything is labelled":"Nothing to label here"),o("span",{},p?"Every sample has an answer.":"No sample matches. Choose another filter."))}this.undoButton.disabled=!this.answers.canUndo,this.redoButton.disabled=!this.answers.canRedo,this.clearButton.disabled=h.samples.length===0,this.previous.disabled=r||l,this.following.disabled=r||d,this.refreshHint()}refreshHint(){let{current:t,isLast:e}=this.pages,s=t.samples.length>0&&t.samples.every(a=>a.class_name!==null);this.following.classList.toggle("primary",s&&!e);let i=this.selection.selected.size,r=matchMedia("(hover: none)").matches?he:de;i>0?r=`${v(i,"sample")} selected. Escape clears the selection.`:s&&(r=e?"This page is done, and it is the last.":"This page is done."),c(this.hint,r)}discard(){this.answers.discard(),this.pages.load(),this.count()}key(t){t.stopPropagation(),!(this.viewer.open||t.composedPath()[0]instanceof HTMLInputElement)&&this.handled(t)&&t.preventDefault()}handled(t){let{code:e,shiftKey:s}=t,i=t.composedPath()[0]instanceof HTMLButtonElement;if(t.ctrlKey||t.metaKey){if(e==="KeyA")this.selection.all();else if(e==="KeyZ")s?this.redo():this.undo();else if(e==="KeyY")this.redo();else return!1;return!0}if(t.altKey)return!1;let r=$(e,this.selection.focus,this.columns,this.tiles.length),a=this.classBar.byKey(e);if(r!==null)this.moveTo(r,s);else if(a!==null)t.repeat||this.answer(a);else if(e==="KeyU"||e==="Backspace"||e==="Delete")this.answer(null);else if(e==="PageDown")this.pages.turn(1);else if(e==="PageUp")this.pages.turn(-1);else if(e==="Escape")this.selection.clear();else if(e==="Space"&&!i)this.selection.toggle(this.selection.focus);else if(e==="Enter"&&!i)this.viewer.show(this.selection.focus);else return!1;return!0}moveTo(t,e){e||this.selection.selected.clear(),this.selection.move(t,e)}};var Tt=`.grid {
  display: grid;
  gap: 0.6rem;
  min-width: 0;
}
.grid > * {
  min-width: 0;
}
.top {
  display: flex;
  align-items: center;
  justify-content: space-between;
  gap: 1rem;
  min-height: 1.6rem;
}
.size {
  width: 8rem;
  min-width: 4rem;
  accent-color: var(--accent);
}
.grid > div:empty {
  display: none;
}
.list {
  position: relative;
  padding: 3px;
  overflow: hidden auto;
  overscroll-behavior: contain;
  border-radius: var(--radius);
  scrollbar-width: thin;
}
.list:focus-visible {
  outline-offset: 3px;
}
.spacer {
  position: relative;
  min-height: 4rem;
}
.spacer .tile {
  position: absolute;
  top: 0;
  left: 0;
}
.labelling {
  display: grid;
  grid-template-columns: repeat(auto-fill, var(--side));
  justify-content: start;
  gap: 6px;
  user-select: none;
  -webkit-user-select: none;
}
.labelling.busy {
  opacity: 0.55;
}
.grid > .labelling:empty {
  display: grid;
  min-height: 12rem;
  background: var(--soft);
}
.tile {
  width: var(--side);
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
.tile:hover .frame {
  box-shadow: 0 0 0 2px color-mix(in srgb, var(--accent) 45%, transparent);
}
.labelling .tile.focused .frame {
  box-shadow:
    0 0 0 1px var(--paper),
    0 0 0 3px color-mix(in srgb, var(--ink) 55%, transparent);
}
.list:focus-within .tile.focused .frame,
.list:focus .tile.focused .frame {
  box-shadow:
    0 0 0 1px var(--paper),
    0 0 0 3px var(--accent);
}
.tile[aria-selected="true"] .frame::after {
  content: "";
  position: absolute;
  inset: 0;
  border: 3px solid var(--accent);
  border-radius: inherit;
  background: color-mix(in srgb, var(--accent) 35%, transparent);
}
.answer {
  height: 16px;
  margin-top: 2px;
  overflow: hidden;
  padding: 0 3px;
  border-radius: 4px;
  color: var(--muted);
  font-size: 0.7rem;
  line-height: 16px;
  text-align: center;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.tile.answered .answer {
  background: hsl(var(--hue) 60% 45% / 0.2);
  color: var(--ink);
}
.answer.caption {
  height: auto;
  padding: 2px 0 0;
  font-size: 0.75rem;
  line-height: 18px;
  text-align: left;
}
.answer.caption div {
  overflow: hidden;
  text-overflow: ellipsis;
}
.answer.caption div:nth-child(2) {
  color: var(--ink);
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
.progress {
  display: grid;
  gap: 0.3rem;
}
.progress-text {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.1rem 1rem;
  min-height: 1.4rem;
}
.progress-text .status {
  margin-left: auto;
}
.classes {
  display: grid;
  gap: 0.4rem;
}
.search {
  width: min(100%, 16rem);
  min-height: 2.2rem;
  padding: 0.2rem 0.6rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--paper);
  color: var(--ink);
  font: inherit;
}
.class-buttons {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
  max-height: 9.9rem;
  overflow-y: auto;
  padding: 3px;
  scrollbar-width: thin;
}
.button.class {
  max-width: 100%;
  border-bottom: 3px solid hsl(var(--hue) 60% 50%);
}
.class-name {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.tools {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.5rem 1rem;
}
.group {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
}
.hint {
  min-height: 1.4em;
}
.viewer {
  max-width: min(34rem, calc(100vw - 2rem));
  padding: 1rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--paper);
  color: var(--ink);
  box-shadow: 0 1rem 3rem rgba(0, 0, 0, 0.3);
}
.viewer::backdrop {
  background: rgba(0, 0, 0, 0.5);
}
.viewer-picture {
  display: grid;
  place-items: center;
  min-height: 8rem;
  overflow: hidden;
  border-radius: calc(var(--radius) * 0.75);
  background: #000000;
}
.facts {
  display: grid;
  grid-template-columns: auto 1fr;
  gap: 0.15rem 1rem;
  margin: 0.75rem 0;
}
.facts dt {
  color: var(--muted);
}
.facts dd {
  margin: 0;
  overflow-wrap: anywhere;
}
.viewer-tools {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.5rem;
}
.viewer-tools .button:last-child {
  margin-left: auto;
}
@container (max-width: 480px) {
  .tools .size {
    order: 3;
    width: 100%;
  }
  .tools .group {
    flex: 1 1 100%;
  }
  .tools .group .button {
    flex: 1;
  }
}
`;var pe=new Set(["height","notify","class_names"]);function kt(n){return JSON.stringify(Object.entries(n).filter(([t])=>!pe.has(t)))}var V=class{constructor(t,e){this.host=t;this.known=kt(e.data),[this.root,this.inner]=this.start(e)}host;inner;root;known;update(t){let e=kt(t.data);e!==this.known?(this.known=e,this.inner.dispose(),this.root.remove(),[this.root,this.inner]=this.start(t)):this.inner instanceof A?this.inner.update(t):this.inner.update(t.data)}dispose(){this.inner.dispose()}start(t){let e=document.createElement("div");e.className="grid",e.addEventListener("keydown",i=>i.stopPropagation()),this.host.append(e);let s=t.data.mode==="label"&&t.data.ids===null;return[e,s?new A(e,t):new I(e,t.data)]}},bs=ot(Tt,(n,t)=>new V(n,t));export{bs as default};
