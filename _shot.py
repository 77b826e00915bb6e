"""previews a real plan and saves pictures"""
import pickle, sys, asyncio, dataclasses
